package dev.theca.rego.value;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** An object: keys of any kind; iterated in the order of its keys. */
public final class ObjectValue implements Value {
  /** The object without members. */
  public static final ObjectValue EMPTY = new ObjectValue(Map.of());

  private final Map<Value, Value> members;
  private volatile Value @Nullable [] sorted;
  private int hash;
  private volatile @Nullable Extent extent;

  private ObjectValue(Map<Value, Value> members) {
    this.members = members;
  }

  /** An object of these; the caller forgets the Java map. */
  public static ObjectValue owning(Map<Value, Value> members) {
    return members.isEmpty() ? EMPTY : new ObjectValue(members);
  }

  /** An object of these. */
  public static ObjectValue of(Map<? extends Value, ? extends Value> members) {
    return owning(new HashMap<>(members));
  }

  /** How many members it has. */
  public int size() {
    return members.size();
  }

  /** The member of this key, null where there is none. */
  public @Nullable Value get(Value key) {
    return members.get(key);
  }

  /** The member of this key, null where there is none. */
  public @Nullable Value get(String key) {
    return members.get(new TextValue(key));
  }

  /** The keys in order; not to be changed. */
  Value[] array() {
    Value[] known = sorted;
    if (known != null) return known;
    Value[] made = members.keySet().toArray(Value[]::new);
    Arrays.sort(made);
    sorted = made;
    return made;
  }

  /** The keys in order. */
  public List<Value> keys() {
    return Collections.unmodifiableList(Arrays.asList(array()));
  }

  /** Gives every member in the order of the keys. */
  public void forEach(BiConsumer<Value, Value> each) {
    for (Value key : array()) each.accept(key, there(key));
  }

  private Value there(Value key) {
    return Objects.requireNonNull(members.get(key));
  }

  /** The members in no order. */
  public Map<Value, Value> members() {
    return Collections.unmodifiableMap(members);
  }

  Extent extent() {
    Extent known = extent;
    if (known != null) return known;
    Extent made = Extent.of(this);
    extent = made;
    return made;
  }

  @Override
  public Kind kind() {
    return Kind.OBJECT;
  }

  /** By the first key that differs, or the first value, then by size. */
  int compare(ObjectValue other) {
    Value[] a = array();
    Value[] b = other.array();
    int length = Math.min(a.length, b.length);
    for (int i = 0; i < length; i++) {
      int keys = a[i].compareTo(b[i]);
      if (keys != 0) return keys;
      int values = there(a[i]).compareTo(other.there(b[i]));
      if (values != 0) return values;
    }
    return Integer.compare(a.length, b.length);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof ObjectValue object && members.equals(object.members);
  }

  @Override
  public int hashCode() {
    if (hash == 0) hash = members.hashCode() | 1;
    return hash;
  }

  @Override
  public String toString() {
    return Shown.of(this);
  }
}
