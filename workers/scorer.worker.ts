import { expose } from 'comlink';
import { LocalScorer } from './scorer.ts';

expose(new LocalScorer(() => performance.now()));
