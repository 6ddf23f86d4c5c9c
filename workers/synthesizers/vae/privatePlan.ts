import { countsThenTraining } from '../warmStart.ts';
import { privateTrainingFor } from './privateSettings.ts';

export const privacy = countsThenTraining(privateTrainingFor);
