import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const pollMs = 200;
/** The kernel's clock of process times; 100 a second on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** @typedef {{ parent: number, ticks: number, key: string }} Process */

/** @returns {Map<number, Process>} All processes, by id; none where there is no /proc. */
function processes() {
  /** @type {Map<number, Process>} */
  const found = new Map();
  let ids;
  try {
    ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return found;
  }
  for (const id of ids) {
    try {
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
      // The name, in parentheses, may hold anything.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = Number(fields[11]) + Number(fields[12]);
      found.set(Number(id), { parent: Number(fields[1]), ticks, key: `${id} ${fields[19]}` });
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

/** @param {number} root @param {Map<string, number>} seen ticks of each process of the tree */
function look(root, seen) {
  const all = processes();
  for (const [id, { ticks, key }] of all) {
    let at = id;
    while (at > 1 && at !== root) at = all.get(at)?.parent ?? 0;
    if (at === root) seen.set(key, ticks);
  }
}

/**
 * Runs a command and adds up the processor time of all its processes, which other work on the machine does not lengthen.
 * What a process uses after its last look is lost: up to a fifth of a second. `cpuSeconds` is null where there is no
 * /proc.
 * @param {string} command @param {string[]} parameters
 * @returns {Promise<{ stdout: string, cpuSeconds: number | null }>}
 */
export function runMeasured(command, parameters) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    /** @type {Map<string, number>} */
    const seen = new Map();
    const timer = setInterval(() => child.pid && look(child.pid, seen), pollMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      if (code !== 0) reject(new Error(`${command} ${parameters.join(' ')}\n${stderr}`));
      const ticks = [...seen.values()].reduce((sum, each) => sum + each, 0);
      resolve({ stdout, cpuSeconds: seen.size > 0 ? ticks / ticksPerSecond : null });
    });
  });
}
