/** How long the page's main thread is held by one task, from Chromium's own trace. */

/**
 * The part of a trace event that is used. Times in microseconds; `tdur` is the thread's processor time within `dur`,
 * which other programs on the machine do not lengthen.
 * @typedef {{ name: string, pid: number, tid: number, args: { name?: string }, dur?: number, tdur?: number }} TraceEvent
 */

/** The protocol leaves trace events untyped. @param {object} event @returns {event is TraceEvent} */
const isTraceEvent = (event) => 'name' in event && 'pid' in event && 'tid' in event && 'args' in event;

/** @param {TraceEvent} event */
const threadOf = ({ pid, tid }) => `${pid} ${tid}`;

/** @param {readonly TraceEvent[]} events */
function longestTaskMs(events) {
  const mainThreads = new Set(
    events
      .filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain')
      .map(threadOf),
  );
  const tasks = events.filter(
    (event) => event.name === 'ThreadControllerImpl::RunTask' && mainThreads.has(threadOf(event)),
  );
  if (tasks.length === 0) throw new Error('The trace holds no task of a main thread.');
  return tasks.reduce((longest, { tdur, dur = 0 }) => Math.max(longest, (tdur ?? dur) / 1000), 0);
}

/**
 * Longest task of the pages' main threads while `work` goes on, in milliseconds of processor time.
 * @param {import('playwright').Browser} browser
 * @param {() => Promise<unknown>} work
 */
export async function longestMainTask(browser, work) {
  const session = await browser.newBrowserCDPSession();
  /** @type {TraceEvent[]} */
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of /** @type {object[]} */ (value)) if (isTraceEvent(event)) events.push(event);
  });
  const complete = new Promise((/** @type {(value: void) => void} */ resolve) => {
    session.once('Tracing.tracingComplete', () => resolve());
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'], excludedCategories: ['*'] },
  });
  await work();
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return longestTaskMs(events);
}
