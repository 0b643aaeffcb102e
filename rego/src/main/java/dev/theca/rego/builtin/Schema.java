package dev.theca.rego.builtin;

import dev.theca.rego.spi.RegexEngine;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JSON schema, read: what it asks of a value. Schemas may lead to themselves. */
final class Schema {
  /** A schema that is {@code true} or {@code false}. */
  @Nullable Boolean pass;

  /** The schema that stands for this one. */
  @Nullable Schema reference;

  final List<String> types = new ArrayList<>();
  final Map<String, Schema> properties = new LinkedHashMap<>();
  final Map<String, Schema> patternProperties = new LinkedHashMap<>();
  final Map<String, RegexEngine.Pattern> patterns = new LinkedHashMap<>();
  @Nullable Boolean moreProperties;
  @Nullable Schema additionalProperties;
  @Nullable Schema propertyNames;

  /** What else must be there, or hold, where a member is there. */
  final Map<String, List<String>> needs = new LinkedHashMap<>();

  final Map<String, Schema> dependencies = new LinkedHashMap<>();
  final Set<String> required = new LinkedHashSet<>();
  @Nullable Long minProperties;
  @Nullable Long maxProperties;

  /** For every item, null where there is none or one for each. */
  @Nullable Schema everyItem;

  final List<Schema> items = new ArrayList<>();
  @Nullable Boolean moreItems;
  @Nullable Schema additionalItems;
  @Nullable Schema contains;
  @Nullable Long minItems;
  @Nullable Long maxItems;
  boolean uniqueItems;

  @Nullable BigDecimal multipleOf;
  @Nullable BigDecimal minimum;
  @Nullable BigDecimal exclusiveMinimum;
  @Nullable BigDecimal maximum;
  @Nullable BigDecimal exclusiveMaximum;

  @Nullable Long minLength;
  @Nullable Long maxLength;
  RegexEngine.@Nullable Pattern pattern;
  String patternText = "";
  String format = "";

  /** JSON texts to compare with. */
  @Nullable String constant;

  @Nullable List<String> values;

  final List<Schema> oneOf = new ArrayList<>();
  final List<Schema> anyOf = new ArrayList<>();
  final List<Schema> allOf = new ArrayList<>();
  @Nullable Schema not;
  @Nullable Schema condition;
  @Nullable Schema then;
  @Nullable Schema otherwise;
}
