// The extension in a real VS Code (code-server, driven through Chromium), with the real server. Run by .ci/editors, with the environment
//
//   PROJECT   a throw-away copy of tests/editors/project in a git repository
//   VSIX      the packed extension
//   SHOTS     folder for screenshots
//   VSCODE_SERVER, VSCODE_NODE, CHROMIUM, PLAYWRIGHT   where the programs are
//
// Ends with 0 when every test passed. The tests build on each other, as one sitting at one project does.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { PROJECT, VSIX, SHOTS, VSCODE_SERVER, VSCODE_NODE, CHROMIUM, PLAYWRIGHT } = process.env;
const { chromium } = createRequire(`${PLAYWRIGHT}/`)('playwright-core');
const patience = Number(process.env.PATIENCE ?? 60_000);
/** For work on one test: a pattern of titles. */
const only = process.env.ONLY === undefined ? undefined : new RegExp(process.env.ONLY);
const results = { passed: 0, failed: 0 };

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A VS Code of its own: fresh profile, only our extension. */
class Workbench {
  static async open(name, settings) {
    const home = mkdtempSync(join(tmpdir(), `werfkit-vscode-${name}-`));
    mkdirSync(join(home, 'data/User'), { recursive: true });
    writeFileSync(
      join(home, 'data/User/settings.json'),
      JSON.stringify({
        'telemetry.telemetryLevel': 'off',
        'workbench.startupEditor': 'none',
        'workbench.secondarySideBar.defaultVisibility': 'hidden',
        'workbench.colorTheme': 'Default Light Modern',
        'update.mode': 'none',
        'extensions.autoCheckUpdates': false,
        'extensions.autoUpdate': false,
        'extensions.ignoreRecommendations': true,
        'chat.disableAIFeatures': true,
        'git.enabled': false,
        'files.autoSave': 'off',
        'editor.hover.delay': 100,
        ...settings,
      }),
    );
    const port = await freePort();
    const folders = ['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')];
    // An empty gallery: nothing leaves the machine.
    const env = { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
    const installed = spawnSync(VSCODE_NODE, [VSCODE_SERVER, ...folders, '--install-extension', VSIX], { env, encoding: 'utf8' });
    assert.equal(installed.status, 0, installed.stdout + installed.stderr);
    const server = spawn(
      VSCODE_NODE,
      [VSCODE_SERVER, ...folders, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check'],
      { env, stdio: 'ignore', detached: true },
    );
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    });
    const page = await browser.newPage({ viewport: { width: 1400, height: 1200 } });
    page.setDefaultTimeout(patience);
    const workbench = new Workbench(name, home, server, browser, page, `http://127.0.0.1:${port}`);
    await workbench.#untilReady();
    return workbench;
  }

  constructor(name, home, server, browser, page, address) {
    Object.assign(this, { name, home, server, browser, page, address });
  }

  async #untilReady() {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      const answer = await fetch(`${this.address}/healthz`).catch(() => undefined);
      if (answer?.ok) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('code-server does not answer');
  }

  /** Opens the project with a file in the editor. */
  async load(file) {
    const host = new URL(this.address).host;
    const payload = JSON.stringify([['openFile', `vscode-remote://${host}${PROJECT}/${file}`]]);
    await this.page.goto(`${this.address}/?folder=${encodeURIComponent(PROJECT)}&payload=${encodeURIComponent(payload)}`);
    await this.page.waitForSelector('.monaco-editor .view-line');
  }

  /** The first file as it was in the beginning, alone, and analysed. */
  async fresh() {
    spawnSync('git', ['-C', PROJECT, 'checkout', '-q', '.']);
    await this.load('werf.yaml');
    await this.command('File: Revert File');
    await this.command('View: Close Other Editors in Group');
    await this.until('an analysis', async () => /werf \d/.test(await this.statusItem('werfkit.status')));
  }

  /** Takes back what was typed into the first file. */
  async revert() {
    await this.page.locator('.editor-group-container').first().locator('.view-lines').first().click({ position: { x: 300, y: 10 } });
    await this.command('File: Revert File');
    await this.until('the first text', async () => /^fromCacheversion:/m.test(await this.text()));
  }

  async shot(title) {
    await this.page.screenshot({ path: join(SHOTS, `${this.name}-${title.replace(/\W+/g, '-')}.png`) });
  }

  /** Runs a command of the palette by its title; `asks` says that it goes on asking in the same widget. */
  async command(title, { asks = false } = {}) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input[type=text]').first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-widget .monaco-list-row', { hasText: title }).first().waitFor();
    await this.page.keyboard.press('Enter');
    if (!asks) {
      await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    }
  }

  /** Puts the cursor of the focused editor at a line and column, both from 1. */
  async go(line, column) {
    await this.page.keyboard.press('Control+g');
    const input = this.page.locator('.quick-input-widget input[type=text]').first();
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.until('the cursor there', async () => (await this.statusItem('status.editor.selection')).includes(`Ln ${line}, Col ${column}`));
  }

  /** The ids of the running language servers: the program comes with the extension. */
  servers() {
    const { stdout } = spawnSync('pgrep', ['-f', `^${this.home}/extensions/.*werfkit lsp`], { encoding: 'utf8' });
    return stdout.split('\n').filter(Boolean);
  }

  async statusItem(id) {
    const item = this.page.locator(`.statusbar-item[id$="${id}"]`);
    return (await item.count()) > 0 ? (await item.first().innerText()).replaceAll('\u00a0', ' ').trim() : '';
  }

  /** The visible text of an editor by the number of its group, from 0. */
  async text(group = 0) {
    const lines = await this.page.locator('.editor-group-container').nth(group).locator('.view-lines .view-line').evaluateAll((found) =>
      found
        .map((line) => ({ top: Number.parseFloat(line.style.top), text: line.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  async until(what, condition) {
    const end = Date.now() + patience;
    for (;;) {
      const value = await condition();
      if (value) {
        return value;
      }
      if (Date.now() > end) {
        throw new Error(`never: ${what}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The frame inside a webview whose content fits a selector. */
  webview(selector) {
    return this.until(`a webview with ${selector}`, async () => {
      for (const frame of this.page.frames()) {
        if ((await frame.locator(selector).count().catch(() => 0)) > 0) {
          return frame;
        }
      }
      return undefined;
    });
  }

  async test(title, body) {
    if (only !== undefined && !only.test(title)) {
      return;
    }
    try {
      await body();
      results.passed += 1;
      console.log(`ok - vscode: ${title}`);
    } catch (error) {
      results.failed += 1;
      console.log(`not ok - vscode: ${title}\n${error.stack}`);
      // A widget that stays open must not spoil the tests that follow.
      await this.page.keyboard.press('Escape').catch(() => {});
    }
    await this.shot(title).catch(() => {});
  }

  async close() {
    await this.browser.close();
    const ended = new Promise((resolve) => this.server.on('exit', resolve));
    process.kill(-this.server.pid, 'SIGTERM');
    await ended;
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function sitting() {
  const w = await Workbench.open('trusted', { 'security.workspace.trust.enabled': false });
  const { page } = w;
  try {
    await w.load('werf.yaml');
    const squiggles = page.locator('.monaco-editor .squiggly-error');
    await w.test('a mistake is underlined', async () => {
      await squiggles.first().waitFor();
      assert.equal(await w.statusItem('status.editor.mode'), 'werf YAML');
    });
    await w.test('the status bar shows the line of werf and the mistakes', async () => {
      const text = await w.until('the state', async () => {
        const found = await w.statusItem('werfkit.status');
        return /werf \d/.test(found) && found;
      });
      assert.match(text, /^werf 2\s+\d+$/);
    });
    await w.test('the panel lists the problems, that in a template too', async () => {
      await w.command('Problems: Focus on Problems View');
      const rows = page.locator('.markers-panel-container .monaco-list-row');
      const text = await w.until('both problems', async () => {
        const found = (await rows.allInnerTexts()).join('\n');
        return found.includes('fromCacheversion') && found.includes('service.tmpl') && found;
      });
      assert.match(text, /unknown-field/);
      assert.match(text, /instal/);
      await page.keyboard.press('Control+j');
      await page.locator('.markers-panel-container').waitFor({ state: 'hidden' });
    });
    await w.test('hover tells what a key means', async () => {
      await w.go(4, 2);
      await w.command('Show or Focus Hover');
      const hover = page.locator('.monaco-hover:not(.hidden) .hover-row').first();
      await hover.waitFor();
      assert.match(await hover.innerText(), /image/i);
      await page.keyboard.press('Escape');
    });
    await w.test('a half-typed key is completed', async () => {
      await w.revert();
      await w.go(21, 16);
      await page.keyboard.press('Enter');
      await page.keyboard.type('fromCache');
      const row = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'fromCacheVersion' });
      if (!(await row.first().isVisible())) {
        await page.keyboard.press('Control+Space');
      }
      await row.first().waitFor();
      await w.shot('completion list');
      await row.first().click();
      await w.until('the inserted key', async () => /^fromCacheVersion:/m.test(await w.text()));
      await page.keyboard.press('Escape');
    });
    await w.test('image names are completed', async () => {
      await w.revert();
      await w.go(21, 12);
      await page.keyboard.press('Control+Space');
      await page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'base' }).first().waitFor();
      await w.shot('completion of image names');
      await page.keyboard.press('Escape');
    });
    await w.test('a quick fix is applied', async () => {
      await w.revert();
      await w.go(13, 4);
      await page.keyboard.press('Control+.');
      const action = page.locator('.action-widget .monaco-list-row.action', { hasText: 'fromCacheVersion' }).first();
      await action.waitFor();
      await w.shot('quick fix');
      await action.click();
      await w.until('the corrected text', async () => /^fromCacheVersion: "2024-06"/m.test(await w.text()));
      await w.until('no mistake in this file', async () => (await squiggles.count()) === 0);
    });
    await w.test('an image is renamed everywhere', async () => {
      await w.revert();
      await w.go(4, 9);
      await page.keyboard.press('F2');
      const input = page.locator('.rename-box input');
      await input.waitFor();
      await input.fill('common');
      await page.keyboard.press('Enter');
      await w.until('the new name', async () => {
        const text = await w.text();
        return /^image: common$/m.test(text) && /^fromImage: common$/m.test(text);
      });
    });
    await w.test('the definition of an included block is in its file', async () => {
      await w.revert();
      await w.go(8, 14);
      await page.keyboard.press('F12');
      await page.locator('.tab.active', { hasText: 'service.tmpl' }).waitFor();
      await w.until('the line of its definition', async () => (await w.statusItem('status.editor.selection')).includes('Ln 1,'));
      await w.fresh();
    });
    await w.test('a lens counts the users of an image and shows them', async () => {
      const lens = page.locator('.codelens-decoration a', { hasText: 'used by 3' }).first();
      await lens.click();
      await page.locator('.peekview-widget').first().waitFor();
      await w.shot('users of an image');
      await page.keyboard.press('Escape');
      await page.locator('.peekview-widget').first().waitFor({ state: 'detached' });
    });
    await w.test('the rendered config is shown beside, follows, and leads to the source', async () => {
      await w.revert();
      await w.go(11, 8);
      await page.locator('.editor-actions .action-label[aria-label^="Show Rendered Config Beside"]').first().click();
      await w.until('the rendered text', async () => {
        const text = await w.text(1);
        return text.includes('image: cart') && !text.includes('{{');
      });
      await page.locator('.editor-group-container').nth(0).locator('.view-lines').first().click({ position: { x: 300, y: 10 } });
      await w.go(11, 18);
      await page.keyboard.type('x');
      await w.until('the rendered text to follow', async () => (await w.text(1)).includes('image: storefrontx'));
      await page.keyboard.press('Backspace');
      await w.until('the rendered text as before', async () => /image: storefront$/m.test(await w.text(1)));
      const line = page.locator('.editor-group-container').nth(1).locator('.view-line', { hasText: 'fromImage' }).first();
      await line.click({ position: { x: 20, y: 8 } });
      await page.keyboard.press('F12');
      await page.locator('.tab.active', { hasText: 'service.tmpl' }).waitFor();
      await w.until('the source of that line', async () => (await w.statusItem('status.editor.selection')).includes('Ln 3,'));
      await w.shot('source of a rendered line');
    });
    await w.test('the graph is a picture', async () => {
      await w.fresh();
      await w.command('werfkit: Show Dependency Graph');
      const frame = await w.webview('img[alt^="Images of the project"]');
      const width = await w.until('the drawn picture', () => frame.locator('img').evaluate((image) => image.complete && image.naturalWidth));
      assert.ok(width > 20);
    });
    await w.test('a rule is explained', async () => {
      await w.fresh();
      await w.command('werfkit: Explain Rule', { asks: true });
      const input = page.locator('.quick-input-widget input[type=text]').first();
      await input.fill('from-latest');
      await page.locator('.quick-input-widget .monaco-list-row', { hasText: 'from-latest' }).first().waitFor();
      await page.keyboard.press('Enter');
      const frame = await w.webview('h1#from-latest, h1:has-text("from-latest")');
      assert.match(await frame.locator('body').innerText(), /registry/);
    });
    await w.test('the server is restarted by command', async () => {
      await w.fresh();
      const before = w.servers();
      assert.equal(before.length, 1);
      await w.command('werfkit: Restart Server');
      await w.until('another process', () => w.servers().length === 1 && w.servers()[0] !== before[0]);
      await w.until('the state again', async () => /werf \d/.test(await w.statusItem('werfkit.status')));
    });
    for (const [file, language] of [
      ['.werf/service.tmpl', 'werf YAML'],
      ['werf-review.yaml', 'werf YAML'],
      ['deploy/werf-notes.yaml', 'YAML'],
    ]) {
      await w.test(`${file} is ${language}`, async () => {
        await w.load(file);
        await w.until('the language', async () => (await w.statusItem('status.editor.mode')) === language);
      });
    }
  } finally {
    await w.close();
  }
}

/** A folder that the user does not trust: everything works, but the program that its settings name is not run. */
async function untrusted() {
  const trap = join(PROJECT, 'trap');
  const mark = join(PROJECT, 'trap-was-run');
  mkdirSync(join(PROJECT, '.vscode'), { recursive: true });
  writeFileSync(trap, `#!/bin/sh\ntouch '${mark}'\n`);
  chmodSync(trap, 0o755);
  writeFileSync(join(PROJECT, '.vscode/settings.json'), JSON.stringify({ 'werfkit.path': trap }));
  const w = await Workbench.open('untrusted', {
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'always',
    'security.workspace.trust.untrustedFiles': 'open',
  });
  try {
    await w.load('werf.yaml');
    await w.test('in an untrusted folder mistakes are found without running its program', async () => {
      await w.page.locator('.monaco-editor .squiggly-error').first().waitFor();
      await w.page.getByText('Restricted Mode').first().waitFor();
      assert.ok(!existsSync(mark));
    });
  } finally {
    await w.close();
  }
}

mkdirSync(SHOTS, { recursive: true });
await sitting();
await untrusted();
console.log(`vscode: ${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed === 0 ? 0 : 1);
