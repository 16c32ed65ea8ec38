// werfkit in VS Code: starts the language server and adds what the protocol has no word for: the rendered config, the graph,
// the pages of the rules, the state of the project. Nothing is sent anywhere.

import * as vscode from 'vscode';
import { Server } from './client';
import { RulePages } from './explain';
import { GraphPanel } from './graph';
import { activeDocument, adoptConfigs } from './language';
import { asPosition, asRange, type WireLocation, type WirePosition } from './protocol';
import { RenderedDocuments } from './rendered';
import { StatusBar } from './statusBar';

let server: Server | undefined;

/** What the status bar item offers. */
async function chooseCommand(): Promise<void> {
  const choices = [
    { label: '$(open-preview) Show rendered config beside', command: 'werfkit.showRendered' },
    { label: '$(type-hierarchy) Show dependency graph', command: 'werfkit.showGraph' },
    { label: '$(book) Explain rule', command: 'werfkit.explain' },
    { label: '$(warning) Show problems', command: 'workbench.actions.view.problems' },
    { label: '$(debug-restart) Restart server', command: 'werfkit.restartServer' },
    { label: '$(output) Show log', command: 'werfkit.showLog' },
    { label: '$(gear) Settings', command: 'workbench.action.openSettings', argument: '@ext:werfkit.werfkit' },
  ];
  const choice = await vscode.window.showQuickPick(choices, { title: 'werfkit' });
  if (choice !== undefined) {
    await vscode.commands.executeCommand(choice.command, ...(choice.argument === undefined ? [] : [choice.argument]));
  }
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  server = new Server(context);
  const running = server;
  const rendered = new RenderedDocuments(context, running);
  const graph = new GraphPanel(context, running);
  const pages = new RulePages(context, running);
  new StatusBar(context, running);

  const forActive = (action: (document: vscode.TextDocument, position: vscode.Position) => Promise<void>) => async () => {
    const document = activeDocument();
    if (document === undefined) {
      void vscode.window.showInformationMessage('werfkit: open a file of werf first.');
      return;
    }
    await action(document, vscode.window.activeTextEditor?.selection.active ?? new vscode.Position(0, 0));
  };
  const commands: Record<string, (...args: never[]) => unknown> = {
    'werfkit.showRendered': forActive((document, position) => rendered.show(document, position)),
    'werfkit.showGraph': forActive((document) => graph.show(document)),
    'werfkit.explain': (rule?: unknown) => pages.show(typeof rule === 'string' ? rule : undefined),
    // What a lens asks for: a file, a place in it, and the places to show.
    'werfkit.showReferences': (uri: string, at: WirePosition, places: WireLocation[]) =>
      vscode.commands.executeCommand(
        'editor.action.showReferences',
        running.uri(uri),
        asPosition(at),
        places.map((place) => new vscode.Location(running.uri(place.uri), asRange(place.range))),
      ),
    'werfkit.restartServer': () => running.restart(),
    'werfkit.showLog': () => running.showLog(),
    'werfkit.showCommands': chooseCommand,
  };
  for (const [name, action] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, action));
  }
  adoptConfigs(context);
  await running.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
