/**
 * How much memory the browser takes, summed over every process this one has started. On Linux pages shared between
 * processes count once (proportional set size); elsewhere once a process, so the figure is an upper bound there.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** @typedef {{ pid: number, parent: number, bytes: () => number }} Process */

const intervalMs = 500;

/** @param {string} pid @returns {Process[]} */
function fromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold spaces: fields are counted from behind it.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return [{ pid: Number(pid), parent, bytes: () => proportionalBytes(pid) }];
  } catch {
    return []; // ended meanwhile
  }
}

/** @param {string} pid */
function proportionalBytes(pid) {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0; // ended meanwhile
  }
}

/** @returns {Process[]} */
function processes() {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(fromProc);
  }
  const { status, stdout } = spawnSync('ps', ['-axo', 'pid=,ppid=,rss='], { encoding: 'utf8' });
  if (status !== 0) return [];
  return stdout.split('\n').map((line) => {
    const [pid, parent, kilobytes] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, bytes: () => kilobytes * 1024 };
  });
}

/**
 * Bytes of all descendants of a process, without its own.
 * @param {number} root @param {readonly Process[]} all
 */
export function bytesBelow(root, all) {
  let sum = 0;
  const queue = [root];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of all) {
      if (child.parent !== pid) continue;
      sum += child.bytes();
      queue.push(child.pid);
    }
  }
  return sum;
}

/** Samples until stopped; null where the system does not say (Windows). */
export function watchMemory() {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, bytesBelow(process.pid, processes()));
  };
  look();
  const timer = setInterval(look, intervalMs);
  timer.unref();
  return {
    current: () => bytesBelow(process.pid, processes()),
    stop() {
      clearInterval(timer);
      look();
      return peak > 0 ? peak : null;
    },
  };
}
