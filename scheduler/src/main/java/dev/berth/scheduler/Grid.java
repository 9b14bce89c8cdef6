package dev.berth.scheduler;

import java.util.Collection;

/**
 * The hosts of one kind, alike in their limits and in what a constraint can ask of them, by how
 * full they are: a row for each whole percent of CPU, a column for each of memory. Finds the best
 * host without looking at the others.
 *
 * <p>It rests on this: when {@code i} is the whole percent that is used and {@code a} the whole
 * percent that is asked for, the whole percent of both together is {@code i + a} or one more. So a
 * cell bounds the score of all hosts in it, and cells of equal row and column together, a diagonal,
 * have one bound.
 */
final class Grid {
  /** Percents 0 to 99, and one for what is full or more. */
  private static final int SIDE = 101;

  private static final int DIAGONALS = 2 * SIDE - 1;
  private static final int FULL = SIDE - 1;
  private static final int PERCENT = 100;

  private final long cpuLimit;
  private final long memoryLimit;
  private final Cell[][] rows = new Cell[SIDE][];
  private final long[] rowColumns = new long[SIDE * 2];
  private final long[] usedRows = new long[2];
  private final int[] inRow = new int[SIDE];
  private final int[] inColumn = new int[SIDE];
  private final int[] onDiagonal = new int[DIAGONALS];
  private int hosts;

  Grid(long cpuLimit, long memoryLimit) {
    this.cpuLimit = cpuLimit;
    this.memoryLimit = memoryLimit;
  }

  boolean isEmpty() {
    return hosts == 0;
  }

  int row(long usedCpu) {
    return percent(usedCpu, cpuLimit);
  }

  int column(long usedMemory) {
    return percent(usedMemory, memoryLimit);
  }

  private static int percent(long used, long limit) {
    return used >= limit ? FULL : (int) (used * PERCENT / limit);
  }

  void add(int row, int column, long key) {
    Cell[] cells = rows[row];
    if (cells == null) {
      cells = new Cell[SIDE];
      rows[row] = cells;
    }
    Cell cell = cells[column];
    if (cell == null) {
      cell = new Cell();
      cells[column] = cell;
    }
    if (cell.size() == 0) {
      rowColumns[row * 2 + (column >> 6)] |= 1L << column;
    }
    cell.add(key);
    if (inRow[row]++ == 0) {
      usedRows[row >> 6] |= 1L << row;
    }
    inColumn[column]++;
    onDiagonal[row + column]++;
    hosts++;
  }

  void remove(int row, int column, long key) {
    Cell cell = rows[row][column];
    cell.remove(key);
    if (cell.size() == 0) {
      rowColumns[row * 2 + (column >> 6)] &= ~(1L << column);
    }
    if (--inRow[row] == 0) {
      usedRows[row >> 6] &= ~(1L << row);
      rows[row] = null;
    }
    inColumn[column]--;
    onDiagonal[row + column]--;
    hosts--;
  }

  /** Lets every host of the grid be looked at, cell by cell. */
  void collect(Collection<HostState> to, HostState[] byOrdinal) {
    for (Cell[] cells : rows) {
      if (cells != null) {
        for (Cell cell : cells) {
          for (int i = 0; cell != null && i < cell.size(); i++) {
            to.add(byOrdinal[Cell.ordinal(cell.at(i))]);
          }
        }
      }
    }
  }

  /** Offers the search what may be better than what it has found so far. */
  void search(Search search) {
    search.enter(cpuLimit, memoryLimit);
    if (search.asksForBoth()) {
      diagonals(search);
    } else if (search.asksForCpu()) {
      for (int i = 0; i < SIDE; i++) {
        int row = search.isAscending() ? i : FULL - i;
        if (inRow[row] > 0) {
          if (!search.canWin(row)) {
            return;
          }
          row(search, row);
        }
      }
    } else if (search.asksForMemory()) {
      for (int i = 0; i < SIDE; i++) {
        int column = search.isAscending() ? i : FULL - i;
        if (inColumn[column] > 0) {
          if (!search.canWin(column)) {
            return;
          }
          column(search, column);
        }
      }
    } else if (search.canWin(0)) {
      for (int row = nextRow(0); row >= 0; row = nextRow(row + 1)) {
        row(search, row);
      }
    }
  }

  private void diagonals(Search search) {
    for (int i = 0; i < DIAGONALS; i++) {
      int diagonal = search.isAscending() ? i : DIAGONALS - 1 - i;
      if (onDiagonal[diagonal] == 0) {
        continue;
      }
      if (!search.canWin(diagonal)) {
        return;
      }
      int from = Math.max(0, diagonal - search.lastColumn());
      int to = Math.min(diagonal, search.lastRow());
      for (int row = nextRow(from); row >= 0 && row <= to; row = nextRow(row + 1)) {
        int column = diagonal - row;
        if (has(row, column)) {
          search.look(rows[row][column], row, column);
        }
      }
    }
  }

  private void row(Search search, int row) {
    if (row > search.lastRow()) {
      return;
    }
    for (int word = 0; word < 2; word++) {
      long columns = rowColumns[row * 2 + word];
      while (columns != 0) {
        int column = (word << 6) + Long.numberOfTrailingZeros(columns);
        columns &= columns - 1;
        search.look(rows[row][column], row, column);
      }
    }
  }

  private void column(Search search, int column) {
    if (column > search.lastColumn()) {
      return;
    }
    for (int row = nextRow(0); row >= 0; row = nextRow(row + 1)) {
      if (has(row, column)) {
        search.look(rows[row][column], row, column);
      }
    }
  }

  private boolean has(int row, int column) {
    return (rowColumns[row * 2 + (column >> 6)] & (1L << column)) != 0;
  }

  /** The next row from there on that has hosts; -1 when there is none. */
  private int nextRow(int from) {
    if (from >= SIDE) {
      return -1;
    }
    int word = from >> 6;
    long rest = usedRows[word] & (-1L << from);
    if (rest != 0) {
      return (word << 6) + Long.numberOfTrailingZeros(rest);
    }
    return word == 0 && usedRows[1] != 0 ? 64 + Long.numberOfTrailingZeros(usedRows[1]) : -1;
  }
}
