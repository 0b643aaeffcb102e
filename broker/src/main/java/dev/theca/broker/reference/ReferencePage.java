package dev.theca.broker.reference;

import java.util.List;

/**
 * Some of the values, in the order of their names.
 *
 * @param next what to ask after for more; empty text: there is no more
 */
public record ReferencePage(List<ReferenceVersion> values, String next) {
  public ReferencePage {
    values = List.copyOf(values);
  }
}
