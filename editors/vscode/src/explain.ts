// The page of a rule: what it finds, why it matters, how to fix it.

import * as vscode from 'vscode';
import type { Server } from './client';
import { explainRequest } from './protocol';

const scheme = 'werf-rule';

/** The name of the rule that a diagnostic carries. */
function ruleOf(diagnostic: vscode.Diagnostic): string | undefined {
  const code = diagnostic.code;
  const name = typeof code === 'object' ? code.value : code;
  return diagnostic.source === 'werfkit' && typeof name === 'string' ? name : undefined;
}

/** The rules of the findings in the active editor, those at the cursor first. */
function rulesInView(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return [];
  }
  const findings = vscode.languages.getDiagnostics(editor.document.uri);
  const isHere = (finding: vscode.Diagnostic): boolean => finding.range.intersection(editor.selection) !== undefined;
  const ordered = [...findings.filter(isHere), ...findings.filter((finding) => !isHere(finding))];
  return [...new Set(ordered.map(ruleOf).filter((rule) => rule !== undefined))];
}

/** Lets the user pick one of the rules in view or type another name. */
function pickRule(): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick();
  const rules = rulesInView();
  const offer = (): void => {
    const typed = pick.value.trim();
    const names = typed === '' || rules.includes(typed) ? rules : [...rules, typed];
    pick.items = names.map((label) => ({ label }));
  };
  pick.title = 'Explain a rule';
  pick.placeholder = 'Name of the rule, as findings show it';
  offer();
  return new Promise((resolve) => {
    pick.onDidChangeValue(offer);
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.label);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

export class RulePages implements vscode.TextDocumentContentProvider {
  readonly #server: Server;
  readonly #pages = new Map<string, string>();

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#server = server;
    context.subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#pages.get(uri.path) ?? '';
  }

  /** Shows the page of `rule`, or asks for one. */
  async show(rule: string | undefined): Promise<void> {
    const name = rule ?? (await pickRule());
    if (name === undefined) {
      return;
    }
    const answer = await this.#server.ask(explainRequest, { rule: name });
    if (answer === undefined) {
      return;
    }
    if (answer === null) {
      void vscode.window.showInformationMessage(`werfkit: there is no rule "${name}".`);
      return;
    }
    const uri = vscode.Uri.from({ scheme, path: `${name}.md` });
    this.#pages.set(uri.path, answer.markdown);
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
  }
}
