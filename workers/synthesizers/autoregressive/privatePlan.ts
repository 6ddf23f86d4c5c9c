import { countsThenTraining } from '../warmStart.ts';
import { countShare, privateTrainingFor } from './privateSettings.ts';

export const privacy = countsThenTraining(0.25, countShare, privateTrainingFor);
