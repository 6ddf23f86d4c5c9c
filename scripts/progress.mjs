/** Progress in the terminal: one line that is rewritten, or a line now and then where the output is a file. */

/** @typedef {Pick<import('../workers/protocol.ts').Progress, 'stage' | 'done' | 'message' | 'secondsLeft' | 'training'>} Step */

/** @param {Step} step */
export function describeStep({ stage, done, message, secondsLeft, training }) {
  const parts = [`${stage.padEnd(8)}${Math.round(done * 100)} %`.padEnd(14), message];
  // A private run has no loss to tell: it would be a figure of real rows without noise.
  if (training && Number.isFinite(training.loss))
    parts.push(`loss ${training.loss.toFixed(4)}`, `${Math.round(training.rowsPerSecond)} rows/s`);
  if (secondsLeft > 0.5) parts.push(`${Math.round(secondsLeft)} s left`);
  return parts.join('  ');
}

/** @param {NodeJS.WriteStream} stream */
export function progressPrinter(stream) {
  let last = '';
  let open = false;
  const end = () => {
    if (open) stream.write('\n');
    open = false;
  };
  return {
    /** @param {Step} step */
    print(step) {
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K${describeStep(step).slice(0, stream.columns - 1)}`);
        open = true;
        return;
      }
      const tenth = `${step.stage} ${Math.floor(step.done * 10)}`;
      if (tenth !== last) stream.write(`${describeStep(step)}\n`);
      last = tenth;
    },
    /** @param {string} text */
    line(text) {
      end();
      stream.write(`${text}\n`);
    },
    end,
  };
}
