package dev.theca.broker.resource;

import dev.theca.wire.Refusal;
import java.util.List;

/**
 * What a sweep did.
 *
 * @param rotated resources that got a new version
 * @param refused why others did not, such as for a quota; they stay due
 */
public record Swept(int rotated, List<Refusal> refused) {
  public Swept {
    refused = List.copyOf(refused);
  }
}
