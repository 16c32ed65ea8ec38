// The rendered config: a read-only document beside the source that follows every change, with ways from one to the other.

import * as vscode from 'vscode';
import type { Server } from './client';
import { languageId } from './language';
import { asPosition, asRange, renderedRequest, type MapEntry, type Rendered, type WirePosition, type WireRange } from './protocol';

const scheme = 'werf-rendered';

/** How long typing has to pause before the rendered text follows. */
const pause = 150;

interface Shown {
  /** The document it was asked for. */
  source: string;
  text: string;
  map: MapEntry[];
  /** Whether its document has been opened: before that nothing may be thrown away. */
  isOpen: boolean;
}

function isBefore(a: WirePosition, b: WirePosition): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function holds(range: WireRange, at: WirePosition): boolean {
  return !isBefore(at, range.start) && !isBefore(range.end, at);
}

/** The address as the server writes it holds a plain path, in which nothing is encoded; the name is for the tab. */
function documentUri(address: string): vscode.Uri {
  const path = address.slice(address.indexOf(':') + 1).replaceAll('\\', '/');
  return vscode.Uri.from({ scheme, path: `${path.startsWith('/') ? '' : '/'}${path} (rendered)` });
}

/** The place in `target` that corresponds to `at` in `range`, when both hold the same text. */
function follow(range: WireRange, target: WireRange, at: WirePosition): WirePosition {
  const line = target.start.line + at.line - range.start.line;
  const isFirst = at.line === range.start.line;
  return { line, character: isFirst ? target.start.character + at.character - range.start.character : at.character };
}

/** The entry for a place in the rendered text: the stretch that holds it, else the first on its line. */
function entryAt(map: MapEntry[], at: WirePosition): MapEntry | undefined {
  return (
    map.find((entry) => holds(entry.rendered, at)) ??
    map.find((entry) => entry.rendered.start.line <= at.line && at.line <= entry.rendered.end.line)
  );
}

/** The place in the rendered text for one in a source: in the stretch that holds it, else the next one below in that file. */
function toRendered(map: MapEntry[], isFile: (uri: string) => boolean, at: WirePosition): WirePosition | undefined {
  const own = map.filter((entry) => isFile(entry.uri));
  const holding = own.find((entry) => entry.exact && holds(entry.range, at)) ?? own.find((entry) => holds(entry.range, at));
  if (holding !== undefined) {
    return holding.exact ? follow(holding.range, holding.rendered, at) : holding.rendered.start;
  }
  let best: MapEntry | undefined;
  for (const entry of own) {
    if (isBefore(at, entry.range.start) && (best === undefined || isBefore(entry.range.start, best.range.start))) {
      best = entry;
    }
  }
  return best?.rendered.start;
}

export class RenderedDocuments implements vscode.TextDocumentContentProvider, vscode.DefinitionProvider {
  readonly #server: Server;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #shown = new Map<string, Shown>();
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#server = server;
    context.subscriptions.push(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.languages.registerDefinitionProvider({ scheme }, this),
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document.uri.scheme === 'file') {
          this.#refreshSoon();
        }
      }),
      vscode.workspace.onDidSaveTextDocument(() => this.#refreshSoon()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('werfkit')) {
          this.#refreshSoon();
        }
      }),
      { dispose: () => clearTimeout(this.#timer) },
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#shown.get(uri.toString())?.text ?? '';
  }

  /** From the rendered text to the place it comes from. */
  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.LocationLink[] {
    const entry = entryAt(this.#shown.get(document.uri.toString())?.map ?? [], position);
    if (entry === undefined) {
      return [];
    }
    const range = asRange(entry.range);
    const isInside = entry.exact && holds(entry.rendered, position);
    const at = isInside ? asPosition(follow(entry.rendered, entry.range, position)) : range.start;
    return [
      {
        originSelectionRange: asRange(entry.rendered),
        targetUri: this.#server.uri(entry.uri),
        targetRange: range,
        targetSelectionRange: entry.exact ? new vscode.Range(at, at) : range,
      },
    ];
  }

  /** Shows the rendered config of the project of `document` beside it, at the text that comes from `position`. */
  async show(document: vscode.TextDocument, position: vscode.Position): Promise<void> {
    const source = document.uri.toString();
    const answer = await this.#server.ask(renderedRequest, { uri: source });
    if (answer === undefined) {
      return;
    }
    if (answer === null) {
      void vscode.window.showInformationMessage('werfkit: this file belongs to no project.');
      return;
    }
    const uri = this.#keep(source, answer, false);
    const shown = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(shown, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
    if (shown.languageId !== languageId) {
      await vscode.languages.setTextDocumentLanguage(shown, languageId);
    }
    const entry = this.#shown.get(uri.toString());
    if (entry !== undefined) {
      entry.isOpen = true;
    }
    const isFile = (candidate: string): boolean => this.#server.uri(candidate).toString() === source;
    const target = toRendered(answer.map, isFile, position);
    if (target !== undefined) {
      const at = asPosition(target);
      editor.selection = new vscode.Selection(at, at);
      editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  #keep(source: string, answer: Rendered, isOpen: boolean): vscode.Uri {
    const uri = documentUri(answer.uri);
    const before = this.#shown.get(uri.toString());
    this.#shown.set(uri.toString(), { source, text: answer.text, map: answer.map, isOpen });
    if (before !== undefined && before.text !== answer.text) {
      this.#changed.fire(uri);
    }
    return uri;
  }

  #refreshSoon(): void {
    if (this.#shown.size === 0) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refresh(), pause);
  }

  async #refresh(): Promise<void> {
    if (!this.#server.isRunning) {
      return;
    }
    const open = new Set(vscode.workspace.textDocuments.map((document) => document.uri.toString()));
    for (const [address, { source, isOpen }] of [...this.#shown]) {
      if (isOpen && !open.has(address)) {
        this.#shown.delete(address);
        continue;
      }
      const answer = await this.#server.ask(renderedRequest, { uri: source });
      if (answer !== undefined && answer !== null) {
        this.#keep(source, answer, isOpen);
      }
    }
  }
}
