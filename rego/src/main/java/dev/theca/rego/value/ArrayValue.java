package dev.theca.rego.value;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An array. */
public final class ArrayValue implements Value, Iterable<Value> {
  /** The array without items. */
  public static final ArrayValue EMPTY = new ArrayValue(new Value[0]);

  private final Value[] items;
  private int hash;
  private volatile @Nullable Extent extent;

  private ArrayValue(Value[] items) {
    this.items = items;
  }

  /** An array of these; the caller forgets the Java array. */
  public static ArrayValue owning(Value... items) {
    return items.length == 0 ? EMPTY : new ArrayValue(items);
  }

  /** An array of these. */
  public static ArrayValue of(List<? extends Value> items) {
    return owning(items.toArray(Value[]::new));
  }

  /** How many items it has. */
  public int size() {
    return items.length;
  }

  /** The item at this index from 0, which exists. */
  public Value item(int index) {
    return items[index];
  }

  /** The item at this index, null where there is none. */
  public @Nullable Value get(Value index) {
    if (!(index instanceof NumberValue number)) return null;
    if (number.isLong()) {
      long at = number.longValue();
      return at >= 0 && at < items.length ? items[(int) at] : null;
    }
    var at = number.toInt();
    return at.isPresent() && at.getAsInt() >= 0 && at.getAsInt() < items.length
        ? items[at.getAsInt()]
        : null;
  }

  /** Whether it is among the items. */
  public boolean contains(Value value) {
    for (Value item : items) if (value.equals(item)) return true;
    return false;
  }

  /** The items. */
  public List<Value> items() {
    return Collections.unmodifiableList(Arrays.asList(items));
  }

  @Override
  public Iterator<Value> iterator() {
    return items().iterator();
  }

  Extent extent() {
    Extent known = extent;
    if (known != null) return known;
    Extent made = Extent.of(items());
    extent = made;
    return made;
  }

  @Override
  public Kind kind() {
    return Kind.ARRAY;
  }

  int compare(ArrayValue other) {
    return compare(items, other.items);
  }

  static int compare(Value[] a, Value[] b) {
    int length = Math.min(a.length, b.length);
    for (int i = 0; i < length; i++) {
      int order = a[i].compareTo(b[i]);
      if (order != 0) return order;
    }
    return Integer.compare(a.length, b.length);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof ArrayValue array && Arrays.equals(items, array.items);
  }

  @Override
  public int hashCode() {
    if (hash == 0) hash = Arrays.hashCode(items) | 1;
    return hash;
  }

  @Override
  public String toString() {
    return Shown.of(this);
  }
}
