// Where the program `werfkit` is: the configured path, the one in the extension, or the first on PATH.

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

const programName = process.platform === 'win32' ? 'werfkit.exe' : 'werfkit';

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** `~` and `${workspaceFolder}` as the settings page promises. */
function expand(setting: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const home = setting.replace(/^~(?=[/\\]|$)/, os.homedir());
  return path.resolve(folder, home.replaceAll('${workspaceFolder}', folder));
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

/** The first on PATH. Relative entries and folders of the workspace do not count: what is checked out is not to be run. */
function onPath(): string | undefined {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((entry) => path.isAbsolute(entry))
    .map((entry) => path.join(entry, programName))
    .filter((file) => !folders.some((folder) => isInside(folder, file)))
    .find(isProgram);
}

/** The absolute path of the program. Throws an error that tells the user what to do. */
export function findBinary(context: vscode.ExtensionContext): string {
  // In an untrusted workspace VS Code itself leaves the folder's value out: `restrictedConfigurations` in package.json.
  const configured = vscode.workspace.getConfiguration('werfkit').get('path', '').trim();
  if (configured !== '') {
    const file = expand(configured);
    if (isProgram(file)) {
      return file;
    }
    throw new Error(`The setting "werfkit.path" names ${file}, which is not a program.`);
  }
  const bundled = context.asAbsolutePath(path.join('bin', programName));
  const found = isProgram(bundled) ? bundled : onPath();
  if (found === undefined) {
    throw new Error('The program "werfkit" is not on PATH. Install it, or set "werfkit.path".');
  }
  return found;
}
