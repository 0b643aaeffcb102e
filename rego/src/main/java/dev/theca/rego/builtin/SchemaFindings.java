package dev.theca.rego.builtin;

import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What does not fit a schema, and how near the value came to fitting. */
final class SchemaFindings {
  private final List<Value> errors = new ArrayList<>();
  private int score;

  boolean none() {
    return errors.isEmpty();
  }

  int score() {
    return score;
  }

  void better() {
    score++;
  }

  List<Value> errors() {
    return errors;
  }

  void add(String field, String type, String description) {
    errors.add(
        ObjectValue.owning(
            Map.of(
                Value.of("error"), Value.of(field + ": " + description),
                Value.of("type"), Value.of(type),
                Value.of("field"), Value.of(field),
                Value.of("desc"), Value.of(description))));
    score -= 2;
  }

  void merge(SchemaFindings other) {
    errors.addAll(other.errors);
    score += other.score;
  }
}
