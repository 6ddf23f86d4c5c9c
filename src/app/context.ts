import { createContext } from 'svelte';
import type { Intake } from './intake.svelte.ts';
import type { Session } from './session.svelte.ts';

/** The session, for every component below the shell. */
export const [useSession, provideSession] = createContext<Session>();

/** The way in for files, for every component below the shell. */
export const [useIntake, provideIntake] = createContext<Intake>();
