// The status bar item: dialect of the project of the active document, and whether werf would load it.

import * as vscode from 'vscode';
import { State } from 'vscode-languageclient/node';
import type { Server } from './client';
import { languageId } from './language';
import type { Status } from './protocol';

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function folderOf(uri: vscode.Uri): string {
  return uri.path.slice(0, uri.path.lastIndexOf('/') + 1);
}

export class StatusBar {
  readonly #server: Server;
  readonly #item: vscode.StatusBarItem;
  /** The last state of each project, by its config file. */
  readonly #states = new Map<string, Status>();
  #serverState = State.Stopped;

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#server = server;
    this.#item = vscode.window.createStatusBarItem('werfkit.status', vscode.StatusBarAlignment.Right, 100);
    this.#item.name = 'werfkit';
    this.#item.command = 'werfkit.showCommands';
    context.subscriptions.push(
      this.#item,
      server.onStatus((status) => {
        this.#states.set(server.uri(status.uri).toString(), status);
        this.#update();
      }),
      server.onState((state) => {
        this.#serverState = state;
        if (state !== State.Running) {
          this.#states.clear();
        }
        this.#update();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.#update()),
      vscode.workspace.onDidOpenTextDocument(() => this.#update()),
    );
    this.#update();
  }

  /** The state of the project a document belongs to: its own, else that of the nearest config above it. */
  #stateFor(document: vscode.Uri): Status | undefined {
    const own = this.#states.get(document.toString());
    if (own !== undefined) {
      return own;
    }
    let best: Status | undefined;
    let length = -1;
    for (const status of this.#states.values()) {
      const folder = folderOf(this.#server.uri(status.uri));
      if (document.path.startsWith(folder) && folder.length > length) {
        best = status;
        length = folder.length;
      }
    }
    return best;
  }

  #update(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== languageId || document.uri.scheme !== 'file') {
      this.#item.hide();
      return;
    }
    this.#item.backgroundColor = undefined;
    if (this.#serverState === State.Running) {
      this.#showProject(this.#stateFor(document.uri));
    } else if (this.#serverState === State.Starting) {
      this.#item.text = '$(loading~spin) werf';
      this.#item.tooltip = 'werfkit is starting';
    } else {
      this.#item.text = '$(circle-slash) werf';
      this.#item.tooltip = 'werfkit is not running';
      this.#item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    }
    this.#item.show();
  }

  #showProject(status: Status | undefined): void {
    if (status === undefined) {
      this.#item.text = '$(sync) werf';
      this.#item.tooltip = 'werfkit has not looked at this project yet';
      return;
    }
    const counts = [
      ...(status.errors > 0 ? [`$(error) ${status.errors}`] : []),
      ...(status.warnings > 0 ? [`$(warning) ${status.warnings}`] : []),
    ];
    const verdict = status.accepted ? '$(check)' : '$(error)';
    this.#item.text = counts.length > 0 ? `werf ${status.dialect} ${counts.join(' ')}` : `${verdict} werf ${status.dialect}`;
    const tooltip = new vscode.MarkdownString();
    tooltip.appendMarkdown(`**werf ${status.dialect}**: `).appendText(status.dialectReason).appendMarkdown('\n\n');
    tooltip.appendText(`${status.project}: werf would ${status.accepted ? 'load' : 'refuse'} this configuration`);
    tooltip.appendMarkdown(`\n\n${count(status.errors, 'error')}, ${count(status.warnings, 'warning')}`);
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = {
      label: `werf ${status.dialect}, ${count(status.errors, 'error')}, ${count(status.warnings, 'warning')}`,
    };
  }
}
