package dev.berth.scheduler;

import java.util.ArrayList;
import java.util.List;

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

  /** Words for a bit for each row or column, and for each diagonal. */
  private static final int SIDE_WORDS = 2;

  private static final int DIAGONAL_WORDS = 4;

  private final HostIndex.Kind kind;
  private final Cell[] cells = new Cell[SIDE * SIDE];
  private final List<Cell> spare = new ArrayList<>();
  private final long[] columnsOfRow = new long[SIDE * SIDE_WORDS];
  private final long[] rowsOfDiagonal = new long[DIAGONALS * SIDE_WORDS];
  private final long[] rows = new long[SIDE_WORDS];
  private final long[] diagonals = new long[DIAGONAL_WORDS];
  private final int[] inRow = new int[SIDE];
  private final int[] onDiagonal = new int[DIAGONALS];
  private int hosts;
  private boolean isPassedOver;

  Grid(HostIndex.Kind kind) {
    this.kind = kind;
  }

  HostIndex.Kind kind() {
    return kind;
  }

  int hosts() {
    return hosts;
  }

  /** A search left it out because it had no hosts. */
  void passOver() {
    isPassedOver = true;
  }

  /** Whether it has hosts since a search left it out; told once. */
  boolean isNoLongerPassedOver() {
    boolean isNews = isPassedOver && hosts > 0;
    isPassedOver &= !isNews;
    return isNews;
  }

  /** One of its hosts: in what makes them of one kind they are all the same. */
  int any() {
    int row = Bits.next(rows, 0, SIDE_WORDS, 0);
    int column = Bits.next(columnsOfRow, row * SIDE_WORDS, SIDE_WORDS, 0);
    return Cell.ordinal(cells[row * SIDE + column].key(0));
  }

  /** All of them. */
  List<HostState> hosts(HostState[] byOrdinal) {
    List<HostState> all = new ArrayList<>(hosts);
    for (Cell cell : cells) {
      for (int i = 0; cell != null && i < cell.size(); i++) {
        all.add(byOrdinal[Cell.ordinal(cell.key(i))]);
      }
    }
    return all;
  }

  int row(long usedCpu) {
    return percent(usedCpu, kind.cpuLimit());
  }

  int column(long usedMemory) {
    return percent(usedMemory, kind.memoryLimit());
  }

  private static int percent(long used, long limit) {
    return used >= limit ? FULL : (int) (used * PERCENT / limit);
  }

  void add(int row, int column, long key, long usedCpu, long usedMemory) {
    Cell cell = cells[row * SIDE + column];
    if (cell == null) {
      cell = spare.isEmpty() ? new Cell() : spare.removeLast();
      cells[row * SIDE + column] = cell;
      Bits.set(columnsOfRow, row * SIDE_WORDS, column);
      Bits.set(rowsOfDiagonal, (row + column) * SIDE_WORDS, row);
      if (inRow[row]++ == 0) {
        Bits.set(rows, 0, row);
      }
      if (onDiagonal[row + column]++ == 0) {
        Bits.set(diagonals, 0, row + column);
      }
    }
    cell.add(key, usedCpu, usedMemory);
    hosts++;
  }

  void remove(int row, int column, long key) {
    Cell cell = cells[row * SIDE + column];
    cell.remove(key);
    hosts--;
    if (cell.size() == 0) {
      cells[row * SIDE + column] = null;
      spare.add(cell);
      Bits.clear(columnsOfRow, row * SIDE_WORDS, column);
      Bits.clear(rowsOfDiagonal, (row + column) * SIDE_WORDS, row);
      if (--inRow[row] == 0) {
        Bits.clear(rows, 0, row);
      }
      if (--onDiagonal[row + column] == 0) {
        Bits.clear(diagonals, 0, row + column);
      }
    }
  }

  /** How many of its hosts have no room for what is asked for. */
  int roomless(Search search, int[] numbers) {
    int count = 0;
    for (int row = nextRow(0); row >= 0; row = nextRow(row + 1)) {
      int column = Bits.next(columnsOfRow, row * SIDE_WORDS, SIDE_WORDS, 0);
      while (column >= 0) {
        Cell cell = cells[row * SIDE + column];
        if (row > search.lastRow() || column > search.lastColumn()) {
          count += cell.size();
        } else if (row == search.lastRow() || column == search.lastColumn()) {
          for (int i = 0; i < cell.size(); i++) {
            count += search.hasRoom(numbers[Cell.ordinal(cell.key(i))]) ? 0 : 1;
          }
        }
        column = Bits.next(columnsOfRow, row * SIDE_WORDS, SIDE_WORDS, column + 1);
      }
    }
    return count;
  }

  /** Shows its hosts to who looks for those that lack the least room. */
  void show(RoomMisses misses) {
    misses.enter(kind);
    for (int row = nextRow(0); row >= 0; row = nextRow(row + 1)) {
      int column = Bits.next(columnsOfRow, row * SIDE_WORDS, SIDE_WORDS, 0);
      while (column >= 0 && misses.canBeNear(row, column)) {
        misses.look(cells[row * SIDE + column]);
        column = Bits.next(columnsOfRow, row * SIDE_WORDS, SIDE_WORDS, column + 1);
      }
    }
  }

  /**
   * How many whole percents of both the best of its hosts may use: the least for spread, the most
   * that leave room for binpack. Without a host that may do, less than nothing.
   */
  int bound(Search search) {
    if (!search.asksForBoth()) {
      return 0;
    }
    int last = search.lastRow() + search.lastColumn();
    if (!search.isAscending()) {
      return Bits.previous(diagonals, 0, last);
    }
    int first = Bits.next(diagonals, 0, DIAGONAL_WORDS, 0);
    return first > last ? -1 : first;
  }

  /** Offers the search what may be better than what it has found so far. */
  void search(Search search) {
    if (search.asksForBoth()) {
      diagonals(search);
    } else if (search.asksForCpu()) {
      rows(search);
    } else if (search.asksForMemory()) {
      columns(search);
    } else if (search.canWin(0)) {
      for (int row = nextRow(0); row >= 0; row = nextRow(row + 1)) {
        row(search, row);
      }
    }
  }

  private void diagonals(Search search) {
    int last = search.lastRow() + search.lastColumn();
    if (search.isAscending()) {
      int diagonal = Bits.next(diagonals, 0, DIAGONAL_WORDS, 0);
      while (diagonal >= 0 && diagonal <= last && search.canWin(diagonal)) {
        diagonal(search, diagonal);
        diagonal = Bits.next(diagonals, 0, DIAGONAL_WORDS, diagonal + 1);
      }
    } else {
      int diagonal = Bits.previous(diagonals, 0, last);
      while (diagonal >= 0 && search.canWin(diagonal)) {
        diagonal(search, diagonal);
        diagonal = Bits.previous(diagonals, 0, diagonal - 1);
      }
    }
  }

  private void diagonal(Search search, int diagonal) {
    int from = Math.max(0, diagonal - search.lastColumn());
    int to = Math.min(diagonal, search.lastRow());
    int row = Bits.next(rowsOfDiagonal, diagonal * SIDE_WORDS, SIDE_WORDS, from);
    while (row >= 0 && row <= to) {
      search.look(cells[row * SIDE + diagonal - row], row, diagonal - row);
      row = Bits.next(rowsOfDiagonal, diagonal * SIDE_WORDS, SIDE_WORDS, row + 1);
    }
  }

  private void rows(Search search) {
    if (search.isAscending()) {
      int row = nextRow(0);
      while (row >= 0 && row <= search.lastRow() && search.canWin(row)) {
        row(search, row);
        row = nextRow(row + 1);
      }
    } else {
      int row = Bits.previous(rows, 0, search.lastRow());
      while (row >= 0 && search.canWin(row)) {
        row(search, row);
        row = Bits.previous(rows, 0, row - 1);
      }
    }
  }

  private void row(Search search, int row) {
    int column = Bits.next(columnsOfRow, row * SIDE_WORDS, SIDE_WORDS, 0);
    while (column >= 0) {
      search.look(cells[row * SIDE + column], row, column);
      column = Bits.next(columnsOfRow, row * SIDE_WORDS, SIDE_WORDS, column + 1);
    }
  }

  private void columns(Search search) {
    for (int i = 0; i <= search.lastColumn(); i++) {
      int column = search.isAscending() ? i : search.lastColumn() - i;
      if (!search.canWin(column)) {
        return;
      }
      for (int row = nextRow(0); row >= 0; row = nextRow(row + 1)) {
        if (cells[row * SIDE + column] != null) {
          search.look(cells[row * SIDE + column], row, column);
        }
      }
    }
  }

  /** The next row from there on that has hosts; -1 when there is none. */
  private int nextRow(int from) {
    return Bits.next(rows, 0, SIDE_WORDS, from);
  }
}
