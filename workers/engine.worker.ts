import { expose } from 'comlink';
import { HomespunEngine } from './engine.ts';

expose(new HomespunEngine(() => performance.now()));
