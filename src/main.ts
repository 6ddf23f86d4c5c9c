import { mount } from 'svelte';
import './app.css';
import App from './app/App.svelte';
import { automation } from './app/automation.ts';
import { EngineClient } from './app/engineClient.ts';
import { Session } from './app/session.svelte.ts';
import { loadSettings } from './app/settings.ts';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no #app element to mount in.');

const session = new Session(new EngineClient(), loadSettings());
globalThis.homespun = automation(session);
mount(App, { target, props: { session } });
