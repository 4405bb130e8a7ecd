import * as vscode from 'vscode';
import { coalesced } from '../coalesced';
import type { TreeItems } from './items';
import type { TreeNode } from './nodes';

/**
 * A tree that draws only what is another. While the editor draws a row anew it knows nothing of the rows below it, and a
 * command that a person presses there in that moment arrives without its row; a tree that is redrawn as a whole at each
 * commit would lose presses. A node keeps its identity as long as its id is there; its contents are replaced.
 */
export abstract class LiveTree implements vscode.TreeDataProvider<TreeNode> {
  private readonly changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly nodes = new Map<string, TreeNode>();
  /** How each row was drawn, by id. */
  private readonly looks = new Map<string, string>();
  /** The ids below each row whose children the editor knows; those of the roots by the empty id. */
  private readonly below = new Map<string, readonly string[]>();
  private readonly folded = new Set<string>();
  private view: vscode.TreeView<TreeNode> | undefined;
  /** Draws again what has changed since it was drawn. */
  readonly redraw = coalesced(() => this.compareAll());

  constructor(private readonly items: TreeItems) {}

  /** The rows below a node as they are now, of all when there is none; never rejects. */
  protected abstract childrenOf(node: TreeNode | undefined): Promise<TreeNode[]>;

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = this.items.of(node);
    this.looks.set(node.id, lookOf(item));
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    return this.keep(node?.id ?? '', await this.childrenOf(node));
  }

  /** Tells which view shows this tree. */
  shownIn(view: vscode.TreeView<TreeNode>): vscode.Disposable {
    this.view = view;
    return vscode.Disposable.from(
      view,
      view.onDidCollapseElement(({ element }) => {
        this.folded.add(element.id);
        this.forget(element.id);
      }),
      // What the editor remembers to be below may be old.
      view.onDidExpandElement(({ element }) => {
        if (this.folded.delete(element.id)) this.changed.fire([element]);
      }),
    );
  }

  private async compareAll(): Promise<void> {
    const stale = this.view?.visible === true ? await this.staleBelow('') : null;
    if (stale === null) this.changed.fire(undefined);
    else if (stale.length > 0) this.changed.fire(stale);
  }

  /** The rows below a row that are to be drawn again; null: all, because others are there than before. */
  private async staleBelow(id: string): Promise<TreeNode[] | null> {
    const before = this.below.get(id);
    const children = await this.childrenOf(this.nodes.get(id));
    if (before === undefined || before.length !== children.length) return null;
    const stale: TreeNode[] = [];
    for (const [at, fresh] of children.entries()) {
      const known = this.nodes.get(fresh.id);
      if (known === undefined || before[at] !== fresh.id) return null;
      replace(known, fresh);
      const inner = lookOf(this.items.of(known)) === this.looks.get(known.id) ? await this.staleInside(known.id) : null;
      stale.push(...(inner ?? [known]));
    }
    return stale;
  }

  private async staleInside(id: string): Promise<TreeNode[] | null> {
    return this.below.has(id) ? this.staleBelow(id) : [];
  }

  private keep(parent: string, children: readonly TreeNode[]): TreeNode[] {
    const present = new Set(children.map(({ id }) => id));
    for (const id of this.below.get(parent) ?? []) if (!present.has(id)) this.drop(id);
    this.below.set(parent, [...present]);
    return children.map((fresh) => {
      const node = this.nodes.get(fresh.id) ?? fresh;
      this.nodes.set(fresh.id, replace(node, fresh));
      return node;
    });
  }

  private drop(id: string): void {
    this.forget(id);
    this.nodes.delete(id);
    this.looks.delete(id);
    this.folded.delete(id);
  }

  private forget(id: string): void {
    for (const child of this.below.get(id) ?? []) this.drop(child);
    this.below.delete(id);
  }
}

/** A row may become of another kind: a class becomes a table when it is declared. */
function replace(node: TreeNode, fresh: TreeNode): TreeNode {
  if (node === fresh) return node;
  for (const name of Object.keys(node)) Reflect.deleteProperty(node, name);
  return Object.assign(node, fresh);
}

/** Everything of a row that can be seen. */
function lookOf({ label, description, contextValue, collapsibleState, iconPath, tooltip }: vscode.TreeItem): string {
  return JSON.stringify([label, description, contextValue, collapsibleState, iconPath, tooltip]);
}
