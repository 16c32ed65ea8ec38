// What the server says beyond the Language Server Protocol: names and shapes of the custom messages.

import * as vscode from 'vscode';
import { NotificationType, RequestType } from 'vscode-languageclient/node';

/** One stretch of the rendered text and where it comes from; positions as in the protocol (zero-based). */
export interface MapEntry {
  /** Place in the rendered text. */
  rendered: WireRange;
  /** File that the text comes from. */
  uri: string;
  /** Place in that file. */
  range: WireRange;
  /** Whether the bytes are the same, letter by letter; else the text was made at that place. */
  exact: boolean;
}

export interface WirePosition {
  line: number;
  character: number;
}

export interface WireRange {
  start: WirePosition;
  end: WirePosition;
}

export interface WireLocation {
  uri: string;
  range: WireRange;
}

export function asPosition({ line, character }: WirePosition): vscode.Position {
  return new vscode.Position(line, character);
}

export function asRange({ start, end }: WireRange): vscode.Range {
  return new vscode.Range(asPosition(start), asPosition(end));
}

export interface Rendered {
  /** The text that werf parses, or what there is of it. */
  text: string;
  /** Whether rendering went through. */
  complete: boolean;
  /** Address of the read-only document that shows it, with the scheme `werf-rendered`. */
  uri: string;
  /** In the order of the rendered text. */
  map: MapEntry[];
}

/** The rendered config of the project that a file belongs to. */
export const renderedRequest = new RequestType<{ uri: string }, Rendered | null, void>('werfkit/rendered');

/** The images of a project and how they use each other. */
export const graphRequest = new RequestType<{ uri: string; format: 'svg' | 'dot' | 'mermaid' }, { text: string } | null, void>(
  'werfkit/graph',
);

/** The page of a rule. */
export const explainRequest = new RequestType<{ rule: string }, { markdown: string } | null, void>('werfkit/explain');

/** State of one project, after each analysis. */
export interface Status {
  /** Config file of the project; its folder where there is none. */
  uri: string;
  /** `1.1`, `1.2`, `2` or `3`. */
  dialect: string;
  /** Why this dialect. */
  dialectReason: string;
  /** Folder of the project. */
  project: string;
  /** Whether werf would load the configuration. */
  accepted: boolean;
  errors: number;
  warnings: number;
}

export const statusNotification = new NotificationType<Status>('werfkit/status');
