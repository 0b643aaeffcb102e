package dev.theca.sealfs.gramine;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;

/** Refusal codes of protected files, of their export and of the check against a listing. */
public enum PfCode implements Code {
  MISSING("pf-missing", "start again with a new export; the host removed the file"),
  FORMAT("pf-format", "use a file that Gramine or this program wrote"),
  VERSION("pf-version", "use a version of Gramine that writes format 1 or 2"),
  LENGTH("pf-length", "export again; the file was cut or extended"),
  DAMAGED("pf-damaged", "export again, or give the key that the file was written with"),
  PATH("pf-path", "read it under the path that it was written for"),
  PENDING("pf-pending", "put the recovery file back beside it, or export again"),
  RECOVERY("pf-recovery", "remove the file and export again"),
  NAME("export-name", "rename the file in the image, or mount the tree under a shorter path"),
  LIMIT("export-limit", "make the image smaller, or raise the limit"),
  TARGET("export-target", "export into a new or empty directory"),
  ROOM("export-room", "export to a larger disk: holes become zeroes, which take room there"),
  LISTING("listing-format", "export again"),
  LISTING_MISSING("listing-missing", "export again; the host removed it"),
  LISTING_EXTRA("listing-extra", "remove it, or export again"),
  LISTING_KIND("listing-kind", "export again; the host replaced it"),
  LISTING_TAG("listing-tag", "export again; the host put another version there"),
  LISTING_SIZE("listing-size", "export again; the host cut or extended it");

  private final String id;
  private final String next;

  PfCode(String id, String next) {
    this.id = id;
    this.next = next;
  }

  @Override
  public String id() {
    return id;
  }

  Refusal refusal(String what, String expected, String found) {
    return new Refusal(this, what, expected, found, next);
  }

  <T> Outcome<T> refused(String what, String expected, String found) {
    return Outcome.refused(refusal(what, expected, found));
  }
}
