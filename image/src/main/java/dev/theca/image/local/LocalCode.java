package dev.theca.image.local;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.Locale;

/** Why an image in files is refused. */
public enum LocalCode implements Code {
  /** A location that cannot be read as one, or that cannot be written. */
  IMAGE_LOCATION,
  /** An OCI layout that is none, or lacks something. */
  IMAGE_LAYOUT,
  /** An archive that is none, or lacks something. */
  IMAGE_ARCHIVE;

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  <T> Outcome<T> no(String what, String expected, String found, String next) {
    return Outcome.refused(this, what, expected, found, next);
  }
}
