package dev.theca.cli.broker;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line. */
public final class Time implements ITypeConverter<Instant> {
  /** For the command line. */
  public Time() {}

  @Override
  public Instant convert(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("a time is written 2027-01-31T00:00:00Z, not " + text);
    }
  }
}
