// The rendered config: a read-only document beside the source that follows every change, with ways from one to the other.

import * as vscode from 'vscode';
import type { Server } from './client';
import { languageId } from './language';
import { renderedRequest, type MapEntry, type Rendered, type WirePosition, type WireRange } from './protocol';

const scheme = 'werf-rendered';

/** How long typing has to pause before the rendered text follows. */
const pause = 150;

interface Shown {
  /** The document it was asked for. */
  source: string;
  text: string;
  map: MapEntry[];
}

function isBefore(a: WirePosition, b: WirePosition): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function holds(range: WireRange, at: WirePosition): boolean {
  return !isBefore(at, range.start) && !isBefore(range.end, at);
}

function asRange(range: WireRange): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

/** The entry for a place in the rendered text: the stretch that holds it, else the first on its line. */
export function toSource(map: MapEntry[], at: WirePosition): MapEntry | undefined {
  return (
    map.find((entry) => holds(entry.rendered, at)) ??
    map.find((entry) => entry.rendered.start.line <= at.line && at.line <= entry.rendered.end.line)
  );
}

/** The entry for a place in a source: the stretch that holds it, else the next one below in that file. */
export function toRendered(map: MapEntry[], isFile: (uri: string) => boolean, at: WirePosition): MapEntry | undefined {
  const own = map.filter((entry) => isFile(entry.uri));
  return (
    own.find((entry) => holds(entry.source, at)) ??
    own
      .filter((entry) => isBefore(at, entry.source.end))
      .reduce<MapEntry | undefined>(
        (best, entry) => (best === undefined || isBefore(entry.source.start, best.source.start) ? entry : best),
        undefined,
      )
  );
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
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#shown.delete(document.uri.toString());
      }),
      { dispose: () => clearTimeout(this.#timer) },
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#shown.get(uri.toString())?.text ?? '';
  }

  /** From the rendered text to the place it comes from. */
  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.LocationLink[] {
    const entry = toSource(this.#shown.get(document.uri.toString())?.map ?? [], position);
    if (entry === undefined) {
      return [];
    }
    return [
      {
        originSelectionRange: asRange(entry.rendered),
        targetUri: this.#server.uri(entry.uri),
        targetRange: asRange(entry.source),
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
    const uri = this.#keep(source, answer);
    const shown = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(shown, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
    if (shown.languageId !== languageId) {
      await vscode.languages.setTextDocumentLanguage(shown, languageId);
    }
    const isFile = (candidate: string): boolean => this.#server.uri(candidate).toString() === source;
    const target = toRendered(answer.map ?? [], isFile, position);
    if (target !== undefined) {
      editor.revealRange(asRange(target.rendered), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      editor.selection = new vscode.Selection(asRange(target.rendered).start, asRange(target.rendered).start);
    }
  }

  #keep(source: string, answer: Rendered): vscode.Uri {
    const uri = vscode.Uri.parse(answer.uri, true);
    const before = this.#shown.get(uri.toString());
    this.#shown.set(uri.toString(), { source, text: answer.text, map: answer.map ?? [] });
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
    for (const { source } of [...this.#shown.values()]) {
      const answer = await this.#server.ask(renderedRequest, { uri: source });
      if (answer !== undefined) {
        this.#keep(source, answer);
      }
    }
  }
}
