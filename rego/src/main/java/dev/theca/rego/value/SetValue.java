package dev.theca.rego.value;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A set; iterated in the order of its elements. */
public final class SetValue implements Value, Iterable<Value> {
  /** The set without elements. */
  public static final SetValue EMPTY = new SetValue(Set.of());

  private final Set<Value> elements;
  private volatile Value @Nullable [] sorted;
  private int hash;
  private volatile @Nullable Extent extent;

  private SetValue(Set<Value> elements) {
    this.elements = elements;
  }

  /** A set of these; the caller forgets the Java set. */
  public static SetValue owning(Set<Value> elements) {
    return elements.isEmpty() ? EMPTY : new SetValue(elements);
  }

  /** A set of these. */
  public static SetValue of(Collection<? extends Value> elements) {
    return owning(new HashSet<>(elements));
  }

  /** How many elements it has. */
  public int size() {
    return elements.size();
  }

  /** Whether it is an element. */
  public boolean contains(Value value) {
    return elements.contains(value);
  }

  /** The elements in order; not to be changed. */
  Value[] array() {
    Value[] known = sorted;
    if (known != null) return known;
    Value[] made = elements.toArray(Value[]::new);
    Arrays.sort(made);
    sorted = made;
    return made;
  }

  /** The elements in order. */
  public List<Value> elements() {
    return Collections.unmodifiableList(Arrays.asList(array()));
  }

  /** The elements in no order. */
  public Set<Value> unordered() {
    return Collections.unmodifiableSet(elements);
  }

  @Override
  public Iterator<Value> iterator() {
    return elements().iterator();
  }

  Extent extent() {
    Extent known = extent;
    if (known != null) return known;
    Extent made = Extent.of(elements);
    extent = made;
    return made;
  }

  @Override
  public Kind kind() {
    return Kind.SET;
  }

  int compare(SetValue other) {
    return ArrayValue.compare(array(), other.array());
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof SetValue set && elements.equals(set.elements);
  }

  @Override
  public int hashCode() {
    if (hash == 0) hash = elements.hashCode() | 1;
    return hash;
  }

  @Override
  public String toString() {
    return Shown.of(this);
  }
}
