// Which documents are werf's. Fixed names are declared in package.json; here are the ones that need a look around:
// `werf-dev.yaml` is a config only in the root of a project, elsewhere it is somebody's plain YAML.

import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

export const languageId = 'werf-yaml';

/** What the language server is asked about. */
export const documentSelector = [{ language: languageId, scheme: 'file' }];

/** What stands in the root of a project. */
const rootMarkers = ['.git', '.werf', 'werf.yaml', 'werf.yml', 'werf-giterminism.yaml', 'werf-includes.yaml'];

/** What `werf --config` is usually given. */
const isConfigName = (name: string): boolean => /^werf[^/]*\.ya?ml$/.test(name);

/** Whether `file` is a config of werf by its name and its place, or by the settings. */
export function isConfig(file: string, workspaceRoot: string | undefined, configured: string): boolean {
  if (configured !== '' && workspaceRoot !== undefined && path.resolve(workspaceRoot, configured) === file) {
    return true;
  }
  if (!isConfigName(path.basename(file))) {
    return false;
  }
  const folder = path.dirname(file);
  return folder === workspaceRoot || rootMarkers.some((marker) => fs.existsSync(path.join(folder, marker)));
}

/** Gives configs with other names the language of werf, now and whenever one is opened. */
export function adoptConfigs(context: vscode.ExtensionContext): void {
  const adopt = (document: vscode.TextDocument): void => {
    // Only what VS Code took for plain YAML: a language that the user chose stays.
    if (document.languageId !== 'yaml' || document.uri.scheme !== 'file') {
      return;
    }
    const root = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath;
    const configured = vscode.workspace.getConfiguration('werfkit', document.uri).get('config', '');
    if (isConfig(document.uri.fsPath, root, configured)) {
      void vscode.languages.setTextDocumentLanguage(document, languageId);
    }
  };
  vscode.workspace.textDocuments.forEach(adopt);
  context.subscriptions.push(
    vscode.workspace.onDidOpenTextDocument(adopt),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('werfkit.config')) {
        vscode.workspace.textDocuments.forEach(adopt);
      }
    }),
  );
}

/** The document that a command is about: the active one, if it is werf's. */
export function activeDocument(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === languageId && document.uri.scheme === 'file' ? document : undefined;
}
