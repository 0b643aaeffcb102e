package dev.theca.node.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * The few shapes of text in which control groups tell numbers (cgroup-v2.rst, "Interface Files").
 * Numbers are unsigned 64 bit; {@code max} is the greatest. What is missing or has another shape is
 * left out: figures are for a reader who can do nothing about it.
 */
final class KernelText {
  static final long MAX = -1L;

  private KernelText() {}

  /** One line of a nested keyed file: {@code key name=value ...}. */
  record Nested(String key, Map<String, String> values) {
    long number(String name) {
      return KernelText.number(values.getOrDefault(name, ""));
    }

    double real(String name) {
      return KernelText.real(values.getOrDefault(name, ""));
    }
  }

  /** The content; empty when there is no such file, or its group went away. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  static long number(Path file) {
    return number(text(file));
  }

  static long number(String text) {
    String digits = text.strip();
    if (digits.equals("max")) return MAX;
    if (digits.isEmpty() || digits.length() > 20 || !ascii(digits)) return 0;
    try {
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static boolean ascii(String digits) {
    return digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** A number with a fraction, not negative. */
  static double real(String text) {
    return text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") ? Double.parseDouble(text) : 0;
  }

  static List<String> words(Path file) {
    return words(text(file));
  }

  static List<String> words(String text) {
    var words = new ArrayList<String>();
    var tokens = new StringTokenizer(text); // a pattern takes several times as long
    while (tokens.hasMoreTokens()) words.add(tokens.nextToken());
    return words;
  }

  /** Flat keyed: {@code name value} in each line. */
  static Map<String, Long> pairs(Path file) {
    return pairs(text(file));
  }

  static Map<String, Long> pairs(String text) {
    var pairs = new LinkedHashMap<String, Long>();
    for (String line : text.split("\n", -1)) {
      var words = words(line);
      if (words.size() == 2) pairs.put(words.get(0), number(words.get(1)));
    }
    return pairs;
  }

  /** Nested keyed: {@code key name=value name=value} in each line. */
  static List<Nested> nested(Path file) {
    return nested(text(file));
  }

  static List<Nested> nested(String text) {
    var lines = new ArrayList<Nested>();
    for (String line : text.split("\n", -1)) {
      var words = words(line);
      if (words.isEmpty()) continue;
      var values = new LinkedHashMap<String, String>();
      for (String word : words.subList(1, words.size())) {
        int equals = word.indexOf('=');
        if (equals > 0) values.put(word.substring(0, equals), word.substring(equals + 1));
      }
      lines.add(new Nested(words.getFirst(), values));
    }
    return lines;
  }
}
