/**
 * Things that have paths, element by element: what lies under a container is found without looking at all others. Only
 * from where a wildcard stands, or keys are left out that its list has, is each thing below looked at.
 */
import { formatElem, isWithin, type Path, type PathElem } from '../../core/telemetry/path.ts';

interface Node<Item> {
  item: Item | null;
  /** By the element's canonical text. */
  children: Map<string, Node<Item>> | null;
  /** Names of the keys of each list, by the list's name; null where its entries differ in them. */
  keyNames: Map<string, string | null> | null;
}

export class PathTree<Item extends { readonly path: Path }> {
  readonly #byOrigin = new Map<string, Node<Item>>();

  add(item: Item): void {
    const origin = originOf(item.path);
    let node = this.#byOrigin.get(origin);
    if (node === undefined) {
      node = emptyNode();
      this.#byOrigin.set(origin, node);
    }
    for (const elem of item.path.elems) node = childOf(node, elem);
    node.item = item;
  }

  delete({ path }: Item): void {
    const root = this.#byOrigin.get(originOf(path));
    if (root !== undefined) remove(root, path.elems, 0);
  }

  /** Those at or below the container, which may hold wildcards; see `isWithin`. */
  within(container: Path): Item[] {
    let node = this.#byOrigin.get(originOf(container));
    for (const elem of container.elems) {
      if (node === undefined) return [];
      if (mayNameSeveral(node, elem)) {
        return itemsBelow(node).filter(({ path }) => isWithin(container, path));
      }
      node = node.children?.get(formatElem(elem));
    }
    return node === undefined ? [] : itemsBelow(node);
  }
}

function originOf({ origin }: Path): string {
  return origin || 'openconfig';
}

function emptyNode<Item>(): Node<Item> {
  return { item: null, children: null, keyNames: null };
}

function childOf<Item>(node: Node<Item>, elem: PathElem): Node<Item> {
  const text = formatElem(elem);
  node.children ??= new Map();
  const known = node.children.get(text);
  if (known !== undefined) return known;
  const made = emptyNode<Item>();
  node.children.set(text, made);
  const names = keyNamesOf(elem);
  if (names !== '') {
    node.keyNames ??= new Map();
    const others = node.keyNames.get(elem.name);
    node.keyNames.set(elem.name, others === undefined || others === names ? names : null);
  }
  return made;
}

function keyNamesOf({ keys }: PathElem): string {
  return Object.keys(keys).sort().join('\n');
}

/** Else it names the child of the same text alone, or none. */
function mayNameSeveral<Item>({ keyNames }: Node<Item>, elem: PathElem): boolean {
  if (elem.name === '*' || elem.name === '...') return true;
  const names = keyNames?.get(elem.name);
  if (names === undefined) return false;
  return names !== keyNamesOf(elem) || Object.values(elem.keys).includes('*');
}

function itemsBelow<Item>(top: Node<Item>): Item[] {
  const items: Item[] = [];
  const waiting = [top];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.item !== null) items.push(node.item);
    // Not by spreading: a list may have more entries than a call may have arguments.
    for (const child of node.children?.values() ?? []) waiting.push(child);
  }
  return items;
}

/** Branches that hold nothing any more go with it. */
function remove<Item>(node: Node<Item>, elems: readonly PathElem[], depth: number): void {
  if (depth === elems.length) {
    node.item = null;
    return;
  }
  const text = formatElem(elems[depth]!);
  const child = node.children?.get(text);
  if (child === undefined) return;
  remove(child, elems, depth + 1);
  if (child.item === null && (child.children?.size ?? 0) === 0) node.children!.delete(text);
}
