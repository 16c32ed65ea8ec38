// The grammar, held against the files in test/grammar: a line that begins with `#^` says which scope the characters above its
// carets have, `#^^! scope` which they must not have. The shell grammar is the one that VS Code ships.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const oniguruma = require('vscode-oniguruma');
const textmate = require('vscode-textmate');

const folder = fileURLToPath(new URL('grammar/', import.meta.url));
const files = {
  'source.yaml.werf': fileURLToPath(new URL('../syntaxes/werf-yaml.tmLanguage.json', import.meta.url)),
  'source.shell': require.resolve('tm-grammars/grammars/shellscript.json'),
};
await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')).buffer);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) =>
    scope in files ? textmate.parseRawGrammar(readFileSync(files[scope], 'utf8'), files[scope]) : null,
});
const grammar = await registry.loadGrammar('source.yaml.werf');

const isExpectation = (line) => /^#\s*(\^|<)/.test(line);

/** Checks one file; the expectations are not part of the text. */
function check(name) {
  let stack = textmate.INITIAL;
  let above = { text: '', tokens: [] };
  let expectations = 0;
  const failures = [];
  readFileSync(folder + name, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      if (!isExpectation(line)) {
        const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
        stack = ruleStack;
        above = { text: line, tokens };
        return;
      }
      // `#<--- scope` speaks of as many first columns as it has dashes, which carets below a comment mark cannot reach.
      const arrow = /^#<(-+)\s+(.*)$/.exec(line);
      const carets = /^(#\s*)(\^+)(!?)\s+(.*)$/.exec(line);
      const [start, length, negated, scopes] = arrow
        ? [0, arrow[1].length, arrow[2].startsWith('!'), arrow[2].replace(/^!\s*/, '')]
        : [carets[1].length, carets[2].length, carets[3] === '!', carets[4]];
      for (let column = start; column < start + length; column += 1) {
        const token = above.tokens.find(({ startIndex, endIndex }) => startIndex <= column && column < endIndex);
        const found = token?.scopes.join(' ') ?? '(no text)';
        for (const scope of scopes.trim().split(/\s+/)) {
          const has = ` ${found}`.includes(` ${scope}`);
          if (has === negated) {
            failures.push(`${name}:${index + 1}: column ${column + 1} of \`${above.text}\`: ${negated ? 'not wanted' : 'wanted'} ${scope}, has ${found}`);
          }
        }
      }
      expectations += 1;
    });
  assert.deepEqual(failures, []);
  assert.ok(expectations > 0, `${name} expects nothing`);
}

for (const name of readdirSync(folder).sort()) {
  test(name, () => check(name));
}
