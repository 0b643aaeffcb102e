package dev.theca.cli.image;

import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.Descriptor;
import dev.theca.image.copy.LayerChange;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A change for some layers only: those at places that may be counted from the end, of images with
 * different numbers of layers.
 */
final class ChosenLayers implements LayerChange {
  private record At(int index, Digest digest) {}

  private final LayerChange change;
  private final Set<At> chosen = new HashSet<>();

  private ChosenLayers(LayerChange change) {
    this.change = change;
  }

  /** All layers when no place is named; negative ones count from the end, -1 is the last. */
  static LayerChange of(LayerChange change, List<Integer> places, List<List<Descriptor>> images) {
    if (places.isEmpty()) return change;
    var some = new ChosenLayers(change);
    for (List<Descriptor> layers : images)
      for (int place : places) {
        int index = place < 0 ? layers.size() + place : place;
        if (index < 0 || index >= layers.size())
          throw new WrongUsage(
              "--encrypt-layer " + place + ": the image has " + layers.size() + " layers, from 0");
        some.chosen.add(new At(index, layers.get(index).digest()));
      }
    return some;
  }

  @Override
  public boolean applies(Descriptor layer, int index) {
    return chosen.contains(new At(index, layer.digest())) && change.applies(layer, index);
  }

  @Override
  public Outcome<Running> begin(Descriptor layer) {
    return change.begin(layer);
  }
}
