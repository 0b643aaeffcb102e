package dev.theca.sealfs;

import dev.theca.sealfs.disk.Damaged;
import dev.theca.wire.Outcome;
import java.nio.file.Path;

/** What is said when a volume is not the one that was asked for, and what to do then. */
final class Refusals {
  private static final String NEXT =
      "for an image: start the container again, so that it is sealed anew; for data: bring back the"
          + " newest copy of all its files";

  private Refusals() {}

  static <T> Outcome<T> missing(Path file) {
    return Outcome.refused(
        Volume.Refused.MISSING, "file system volume", "a volume at " + file, "none", NEXT);
  }

  static <T> Outcome<T> of(Damaged why, Path file) {
    Volume.Refused code =
        switch (why.kind()) {
          case FORMAT -> Volume.Refused.FORMAT;
          case IDENTITY -> Volume.Refused.IDENTITY;
          case ROOT -> Volume.Refused.ROOT;
          case CHANGED -> Volume.Refused.DAMAGED;
          case STALE -> Volume.Refused.STALE;
          case BUSY -> Volume.Refused.BUSY;
        };
    String expected =
        switch (code) {
          case MISSING, FORMAT -> "a sealfs volume of version 1 of the kind that was asked for";
          case IDENTITY -> "the volume, above the base, of the hand-over";
          case ROOT -> "the root commitment of the hand-over";
          case DAMAGED -> "a volume sealed with this key and changed by nobody else";
          case STALE -> "the newest state that its keeper knows";
          case BUSY -> "a volume that nobody else has open";
        };
    return Outcome.refused(
        code, "file system volume " + file.getFileName(), expected, why.found(), NEXT);
  }
}
