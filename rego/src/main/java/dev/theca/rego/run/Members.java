package dev.theca.rego.run;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.Objects;

/** Keys and values of collections, in order. */
final class Members {
  private Members() {}

  /** Takes a member; false ends the walk. */
  interface Visitor {
    boolean member(Value key, Value value);
  }

  /** Gives every member; false where the visitor ended it. */
  static boolean each(Value collection, Visitor visitor) {
    switch (collection) {
      case ArrayValue array -> {
        for (int i = 0; i < array.size(); i++)
          if (!visitor.member(Value.of(i), array.item(i))) return false;
      }
      case ObjectValue object -> {
        for (Value key : object.keys())
          if (!visitor.member(key, Objects.requireNonNull(object.get(key)))) return false;
      }
      case SetValue set -> {
        for (Value element : set) if (!visitor.member(element, element)) return false;
      }
      case NullValue _, BoolValue _, NumberValue _, TextValue _ -> {}
    }
    return true;
  }
}
