import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The bundles of `webview/`, one per page. */
export type PageName = 'errorPage' | 'connectionsPage';

export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions & vscode.WebviewPanelOptions {
  return {
    enableScripts: true,
    localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')],
    enableFindWidget: true,
  };
}

export function tabIcon(extensionUri: vscode.Uri, name: 'error' | 'connections'): { light: vscode.Uri; dark: vscode.Uri } {
  const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', 'icons', `${name}-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}

/** A page that may load only its own bundle: nothing inline, nothing from elsewhere. It fills itself from messages. */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, page: PageName): string {
  const nonce = randomBytes(16).toString('base64url');
  const asset = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', file)).toString();
  const policy = [
    `default-src 'none'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <!-- The toolkit asks for the nonce here, for a style sheet with which it tries out the browser. -->
  <meta property="csp-nonce" content="${nonce}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${asset('codicon.css')}">
  <link rel="stylesheet" href="${asset(`${page}.css`)}">
</head>
<body>
  <main id="page"></main>
  <script nonce="${nonce}" src="${asset(`${page}.js`)}"></script>
</body>
</html>`;
}
