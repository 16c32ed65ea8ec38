// Every snippet, as it is inserted, must be something that werf accepts: each is put where it belongs and linted.
// Needs the program: $WERFKIT, else the test is skipped.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const snippets = JSON.parse(readFileSync(new URL('../snippets/werf-yaml.json', import.meta.url), 'utf8'));
const program = process.env.WERFKIT;

/** The text of a snippet when every placeholder keeps its default. */
function inserted(body) {
  let text = body.join('\n');
  let before;
  do {
    before = text;
    text = text
      .replace(/(?<!\\)\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
      .replace(/(?<!\\)\$\{\d+:((?:[^{}$\\]|\\.|\{\{.*?\}\})*)\}/g, '$1');
  } while (text !== before);
  return text.replace(/(?<!\\)\$\d+/g, '').replace(/\\([$}\\])/g, '$1');
}

const header = 'project: demo\nconfigVersion: 1\n---\n';
const base = 'image: base\nfrom: alpine:3.20\n---\n';
const builder = 'image: builder\nfrom: golang:1.23\nshell:\n  setup:\n  - make\n---\n';
const image = 'image: demo\nfrom: alpine:3.20\n';
const dockerfile = 'FROM alpine:3.20 AS runtime\nARG VERSION\nARG BASE_IMAGE\n';

/** The project around a snippet: files by name. */
function project(name, text) {
  const config = (content) => ({
    'werf.yaml': content,
    Dockerfile: dockerfile,
    'cart/Dockerfile': dockerfile,
    'catalog/Dockerfile': dockerfile,
    'package-lock.json': '{}',
  });
  switch (name) {
    case 'project':
      return config(`${text}${image}`);
    case 'cleanup':
      return config(`project: demo\nconfigVersion: 1\n${text}\n---\n${image}`);
    case 'import':
      return config(header + builder + image + text);
    case 'dependencies':
      return config(`${header}${base}image: demo\ndockerfile: Dockerfile\n${text}`);
    case 'git mapping':
    case 'remote git mapping':
    case 'mount':
    case 'shell stages':
      return config(header + image + text);
    case 'range over images':
      return config(`project: demo\nconfigVersion: 1\n${text}`);
    case 'define':
      return { ...config(header + image), '.werf/block.tmpl': text };
    case 'include':
      return { ...config(`${header}${image}${text}`), '.werf/block.tmpl': '{{ define "name" }}# nothing{{ end }}' };
    case 'if environment':
      return config(header + image + text);
    case 'environment variable':
      return { ...config(`${header}image: demo\nfrom: alpine:${text}`), 'werf-giterminism.yaml': inserted(snippets['allow environment variables'].body) };
    case 'allow environment variables':
      return { ...config(header + image), 'werf-giterminism.yaml': text };
    case 'suppress':
      return config(`${header}${text}\n${image}`);
    default:
      return config(header + text);
  }
}

for (const [name, { body, prefix, description }] of Object.entries(snippets)) {
  test(name, { skip: program === undefined ? 'no program: set WERFKIT' : false }, () => {
    assert.ok(prefix.length > 0 && description.length > 0);
    const folder = mkdtempSync(join(tmpdir(), 'werfkit-snippet-'));
    try {
      for (const [path, content] of Object.entries(project(name, inserted(body)))) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      for (const args of [['init', '-q'], ['add', '-A'], ['-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '-qm', 'x']]) {
        assert.equal(spawnSync('git', ['-C', folder, ...args]).status, 0);
      }
      const { status, stdout, stderr } = spawnSync(program, ['lint', '--format', 'concise', folder], { encoding: 'utf8' });
      const text = readFileSync(join(folder, 'werf.yaml'), 'utf8');
      assert.equal(status, 0, `${stdout}${stderr}\n${text}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
