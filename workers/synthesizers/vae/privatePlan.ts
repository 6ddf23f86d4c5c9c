import { plannedTraining } from '../privateTraining.ts';
import { privateTrainingFor } from './privateSettings.ts';

export const privacy = plannedTraining(0.2, privateTrainingFor);
