import { createContext } from 'svelte';
import type { Session } from './session.svelte.ts';

/** The session, for every component below the shell. */
export const [useSession, provideSession] = createContext<Session>();
