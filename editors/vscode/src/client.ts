// The language server: started with the first document of werf, restarted by command or when its path changes.

import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, State, Trace, type RequestType } from 'vscode-languageclient/node';
import { findBinary } from './binary';
import { documentSelector } from './language';
import { statusNotification, type Status } from './protocol';

/** The settings as the server takes them; the program's path is none of its business. */
function settings(): Record<string, unknown> {
  const { path: _, ...rest } = vscode.workspace.getConfiguration().get<Record<string, unknown>>('werfkit', {});
  return rest;
}

export class Server implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #statusChanged = new vscode.EventEmitter<Status>();
  readonly #stateChanged = new vscode.EventEmitter<State>();
  #client: LanguageClient | undefined;
  /** One start or stop at a time. */
  #busy: Promise<void> = Promise.resolve();

  readonly onStatus = this.#statusChanged.event;
  readonly onState = this.#stateChanged.event;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.#log = vscode.window.createOutputChannel('werfkit', { log: true });
    context.subscriptions.push(
      this.#log,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('werfkit.path')) {
          void this.restart();
        }
        if (event.affectsConfiguration('werfkit.trace')) {
          void this.#setTrace();
        }
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        // Only now the path in the settings of the folder counts.
        if (vscode.workspace.getConfiguration('werfkit').inspect('path')?.workspaceValue !== undefined) {
          void this.restart();
        }
      }),
    );
  }

  get isRunning(): boolean {
    return this.#client?.state === State.Running;
  }

  start(): Promise<void> {
    return this.#next(() => this.#start());
  }

  restart(): Promise<void> {
    return this.#next(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  stop(): Promise<void> {
    return this.#next(() => this.#stop());
  }

  showLog(): void {
    this.#log.show();
  }

  /** Asks the server; `undefined` (and the reason shown) when it cannot answer. */
  async ask<P, R>(type: RequestType<P, R, void>, params: P): Promise<R | undefined> {
    await this.start();
    if (this.#client === undefined) {
      return undefined;
    }
    try {
      return await this.#client.sendRequest<R>(type.method, params);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void vscode.window.showWarningMessage(`werfkit: ${reason}`);
      return undefined;
    }
  }

  /** A place of the protocol as the editor's. */
  uri(text: string): vscode.Uri {
    return this.#client?.protocol2CodeConverter.asUri(text) ?? vscode.Uri.parse(text, true);
  }

  dispose(): void {
    void this.stop();
    this.#statusChanged.dispose();
    this.#stateChanged.dispose();
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#busy = this.#busy.then(work, work);
    return this.#busy;
  }

  async #start(): Promise<void> {
    if (this.#client !== undefined) {
      return;
    }
    try {
      const command = findBinary(this.#context);
      this.#log.info(`starting ${command} lsp`);
      const client = new LanguageClient(
        'werfkit',
        'werfkit',
        { command, args: ['lsp'] },
        {
          documentSelector,
          initializationOptions: settings(),
          synchronize: { configurationSection: 'werfkit' },
          outputChannel: this.#log,
          revealOutputChannelOn: RevealOutputChannelOn.Never,
          markdown: { isTrusted: { enabledCommands: ['werfkit.explain', 'werfkit.showRendered'] } },
        },
      );
      client.onDidChangeState((event) => this.#stateChanged.fire(event.newState));
      client.onNotification(statusNotification, (status) => this.#statusChanged.fire(status));
      this.#client = client;
      await client.start();
      await this.#setTrace();
    } catch (error) {
      this.#client = undefined;
      this.#stateChanged.fire(State.Stopped);
      await this.#tell(error);
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) {
      return;
    }
    try {
      await client.dispose();
    } catch (error) {
      this.#log.warn(`the server did not stop in order: ${String(error)}`);
    }
    this.#stateChanged.fire(State.Stopped);
  }

  async #setTrace(): Promise<void> {
    const value = vscode.workspace.getConfiguration('werfkit').get('trace', 'off');
    if (this.#client?.state === State.Running) {
      await this.#client.setTrace(Trace.fromString(value));
    }
  }

  async #tell(error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    this.#log.error(reason);
    // Not awaited: the message stays until somebody closes it.
    void vscode.window.showErrorMessage(`werfkit: ${reason}`, 'Open Settings', 'Show Log').then((choice) => {
      if (choice === 'Open Settings') {
        void vscode.commands.executeCommand('workbench.action.openSettings', 'werfkit.path');
      } else if (choice === 'Show Log') {
        this.showLog();
      }
    });
  }
}
