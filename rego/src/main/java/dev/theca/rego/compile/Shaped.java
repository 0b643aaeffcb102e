package dev.theca.rego.compile;

import dev.theca.rego.types.Shape;
import dev.theca.rego.types.Shapes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of the variables of a body, and of the bodies around it. */
final class Shaped {
  private final Map<String, Shape> shapes = new HashMap<>();
  private final @Nullable Shaped outer;

  Shaped(@Nullable Shaped outer) {
    this.outer = outer;
  }

  @Nullable Shape get(String name) {
    Shape known = shapes.get(name);
    return known != null || outer == null ? known : outer.get(name);
  }

  void put(String name, Shape shape) {
    shapes.put(name, Shapes.bounded(shape));
  }
}
