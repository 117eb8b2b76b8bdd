/** Which rows of a long list are drawn, with the empty heights that stand for the others. */
export interface VisibleWindow {
  readonly first: number;
  readonly end: number;
  readonly aboveHeight: number;
  readonly belowHeight: number;
}

const overscanRows = 12;

export function visibleWindow(list: {
  readonly rowCount: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly viewHeight: number;
}): VisibleWindow {
  const { rowCount, rowHeight, scrollTop, viewHeight } = list;
  const first = Math.max(0, Math.min(rowCount, Math.floor(scrollTop / rowHeight)) - overscanRows);
  const end = Math.min(rowCount, Math.ceil((scrollTop + viewHeight) / rowHeight) + overscanRows);
  return { first, end, aboveHeight: first * rowHeight, belowHeight: (rowCount - end) * rowHeight };
}
