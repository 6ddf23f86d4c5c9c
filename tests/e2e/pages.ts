import { readFileSync } from 'node:fs';
import { expect, type Download, type Locator, type Page } from '@playwright/test';

export type StepName = 'data' | 'columns' | 'synthesize' | 'scorecard' | 'export';
export type SampleName = 'hospital_stays' | 'card_payments' | 'staff_pay';
export type Backend = 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** Long enough for a short training on a slow machine without a graphics card. */
const runLimitMs = 240_000;

/** What a person does with the page, in verbs. */
export class Homespun {
  readonly page: Page;
  readonly url: string;
  /** Errors the page threw or wrote to the console. */
  readonly faults: string[] = [];

  constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text());
    });
  }

  part(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  get error(): Locator {
    return this.part('error');
  }

  get title(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  async visit(): Promise<void> {
    await this.page.goto(this.url);
    await expect(this.part('choose-file')).toBeVisible();
  }

  /** Waits until everything the app needs is stored on this machine. */
  async waitUntilOffline(): Promise<void> {
    await expect(this.part('offline-ready')).toBeVisible({ timeout: 30_000 });
  }

  async openFile(path: string): Promise<void> {
    await this.part('file-input').setInputFiles(path);
  }

  /** Opens a table from its text, as if it were a file. */
  async openText(name: string, text: string | Uint8Array): Promise<void> {
    const buffer = Buffer.from(text);
    await this.part('file-input').setInputFiles({ name, mimeType: 'text/csv', buffer });
  }

  async openSample(name: SampleName): Promise<void> {
    await this.part(`open-${name}`).click();
    await expect(this.title).toHaveText(`${name}.csv`);
  }

  async goTo(step: StepName): Promise<void> {
    await this.part(`nav-${step}`).click();
    await expect(this.part(`nav-${step}`)).toHaveAttribute('aria-current', 'step');
  }

  /** Chooses a method, its guarantee and how long it trains; what is left out stays as the page proposes it. */
  async choose(settings: {
    method?: 'auto' | 'vae' | 'autoregressive' | 'independent' | 'copula' | 'mst';
    epsilon?: number | 'none';
    epochs?: number;
    backend?: Backend;
  }) {
    await this.goTo('synthesize');
    if (settings.epsilon === 'none') await this.part('privacy-none').check();
    else if (settings.epsilon !== undefined) {
      await this.part('epsilon').fill(String(settings.epsilon));
      await this.part('epsilon').blur();
    }
    if (settings.method) await this.part(`method-${settings.method}`).check();
    if (settings.epochs === undefined && settings.backend === undefined) return;
    const advanced = this.part('advanced');
    if (!(await this.part('seed').isVisible())) await advanced.locator('summary').click();
    if (settings.epochs !== undefined) {
      await this.part('epochs').fill(String(settings.epochs));
      await this.part('epochs').blur();
    }
    if (settings.backend) await this.part('backend').selectOption(settings.backend);
  }

  async startRun(): Promise<void> {
    await this.part('run').click();
    await expect(this.part('cancel').or(this.part('done'))).toBeVisible();
  }

  async waitUntilMade(): Promise<void> {
    await expect(this.part('done').or(this.error)).toBeVisible({ timeout: runLimitMs });
    await expect(this.error).toHaveCount(0);
  }

  /** Waits until rows are being learned from. */
  async waitUntilTraining(): Promise<void> {
    await expect(this.part('stop-keep')).toBeVisible({ timeout: runLimitMs });
  }

  /** Makes the synthetic table and waits for it. */
  async makeTable(): Promise<void> {
    await this.startRun();
    await this.waitUntilMade();
  }

  async download(): Promise<{ name: string; text: string }> {
    const starting = this.page.waitForEvent('download');
    await this.part('download').click();
    return fileOf(await starting);
  }
}

/** Name and text of a download. */
export async function fileOf(download: Download): Promise<{ name: string; text: string }> {
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

/** Lines of a CSV text without quoted line breaks, without the last empty one. */
export const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line !== '');
