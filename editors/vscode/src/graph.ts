// The images of a project as a picture in a panel beside the source. The picture is shown as an image: nothing in it can run.

import * as vscode from 'vscode';
import type { Server } from './client';
import { graphRequest } from './protocol';

function page(svg: string): string {
  const picture = Buffer.from(svg, 'utf8').toString('base64');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>Images of the project</title>
<style>body { margin: 0; padding: 1rem; background: #fff; } img { display: block; margin: auto; }</style>
</head>
<body><img alt="Images of the project and how they use each other" src="data:image/svg+xml;base64,${picture}"></body>
</html>`;
}

export class GraphPanel {
  readonly #server: Server;
  #panel: vscode.WebviewPanel | undefined;
  #source = '';

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#server = server;
    context.subscriptions.push(
      vscode.workspace.onDidSaveTextDocument(() => {
        if (this.#panel?.visible === true) {
          void this.#draw();
        }
      }),
      { dispose: () => this.#panel?.dispose() },
    );
  }

  async show(document: vscode.TextDocument): Promise<void> {
    this.#source = document.uri.toString();
    if (this.#panel === undefined) {
      this.#panel = vscode.window.createWebviewPanel(
        'werfkit.graph',
        'werf: images',
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { enableScripts: false, localResourceRoots: [] },
      );
      this.#panel.onDidDispose(() => (this.#panel = undefined));
    } else {
      this.#panel.reveal(undefined, true);
    }
    await this.#draw();
  }

  async #draw(): Promise<void> {
    const answer = await this.#server.ask(graphRequest, { uri: this.#source, format: 'svg' });
    if (answer !== undefined && answer !== null && this.#panel !== undefined) {
      this.#panel.webview.html = page(answer.text);
    }
  }
}
