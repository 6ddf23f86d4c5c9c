import type { AssessmentDetails } from '../evaluate/assessedTypes.ts';
import type { Section } from './parts.ts';

/** What assessments show besides their figures. */
export const detailSections = (details: AssessmentDetails): Section[] => (details.nothing ? [] : []);
