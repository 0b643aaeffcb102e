package dev.theca.rego.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.Given;
import dev.theca.rego.Policies;
import dev.theca.rego.Query;
import dev.theca.rego.ast.Module;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.spi.Builtin;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The attestation policies in both syntaxes: a row for each outcome. */
class AttestationPoliciesTest {
  private static final Path FOLDER = Path.of("src/test/resources/attestation");

  private static final List<String> CLAIMS =
      List.of(
          "instance-identity",
          "configuration",
          "executables",
          "file-system",
          "hardware",
          "runtime-opaque",
          "storage-opaque",
          "sourced-data");

  /** A row of a table with one of its policies. */
  record Row(String note, String policy, Value input, ObjectValue row, ObjectValue references) {
    @Override
    public String toString() {
      return policy + ": " + note;
    }
  }

  static List<Row> appraisals() {
    var rows = new ArrayList<Row>(rows("cpu.yaml"));
    rows.addAll(rows("gpu.yaml"));
    return rows;
  }

  static List<Row> releases() {
    return rows("resource.yaml");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("appraisals")
  void evidence_is_appraised_as_the_table_says(Row row) {
    var wanted = Yaml.object(Map.of());
    for (String claim : CLAIMS) wanted = put(wanted, claim, claim(row, claim));
    assertThat(asked(row, "data.policy.trust_claims")).isEqualTo(List.of(wanted));
    member(row.row(), "want_extensions")
        .ifPresent(
            value ->
                assertThat(asked(row, "data.policy.extensions"))
                    .isEqualTo(List.of(ArrayValue.of(List.of(identifiers(value))))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("releases")
  void resources_are_released_as_the_table_says(Row row) {
    assertThat(asked(row, "data.policy.allow"))
        .isEqualTo(List.of(member(row.row(), "allow").orElseThrow()));
  }

  private static Value claim(Row row, String claim) {
    return member(member(row.row(), "want").orElseThrow(), claim).orElse(Value.of(0));
  }

  private static ObjectValue identifiers(Value value) {
    return Yaml.object(
        Map.of("name", Value.of("ear.trustee.identifiers"), "key", Value.of(-18), "value", value));
  }

  private static ObjectValue put(ObjectValue object, String name, Value value) {
    return (ObjectValue) Change.with(object, "/" + name, value);
  }

  private static Optional<Value> member(Value object, String name) {
    return Case.member(object, name);
  }

  private static List<Row> rows(String file) {
    Value table = Yaml.read(FOLDER.resolve(file));
    var rows = new ArrayList<Row>();
    for (Value one : (ArrayValue) member(table, "cases").orElseThrow())
      for (Syntax syntax : Syntax.values()) {
        var row = (ObjectValue) one;
        String kind =
            member(row, "policy").map(p -> "resource_" + text(p)).orElse(file.replace(".yaml", ""));
        String policy = kind + (syntax == Syntax.V0 ? "_v0.rego" : "_v1.rego");
        rows.add(
            new Row(
                text(member(row, "note").orElseThrow()),
                policy,
                input(row),
                row,
                references(table, row)));
      }
    return rows;
  }

  private static Value input(ObjectValue row) {
    String name = text(member(row, "input").orElseThrow());
    Value input = Yaml.read(FOLDER.resolve("inputs").resolve(name + ".json"));
    for (var one : changes(row, "change").members().entrySet())
      input = Change.with(input, text(one.getKey()), one.getValue());
    for (Value one : list(row, "remove")) input = Change.without(input, text(one));
    return input;
  }

  private static ObjectValue references(Value table, ObjectValue row) {
    Value all = member(table, "references").orElse(ObjectValue.EMPTY);
    for (var one : changes(row, "references").members().entrySet())
      all = Change.with(all, "/" + text(one.getKey()), one.getValue());
    for (Value one : list(row, "without")) all = Change.without(all, "/" + text(one));
    return (ObjectValue) all;
  }

  private static ObjectValue changes(ObjectValue row, String name) {
    return (ObjectValue) member(row, name).orElse(ObjectValue.EMPTY);
  }

  private static List<Value> list(ObjectValue row, String name) {
    return ((ArrayValue) member(row, name).orElse(ArrayValue.EMPTY)).items();
  }

  private static String text(Value value) {
    return ((TextValue) value).text();
  }

  /** The values of a document: one, or none where it is undefined. */
  private static List<Value> asked(Row row, String document) {
    var given = Given.nothing().withInput(row.input());
    if (member(row.row(), "data").isPresent())
      given = given.withData(member(row.row(), "data").get());
    return query(row, document).evaluate(given).orThrow().solutions().stream()
        .map(solution -> solution.bindings().get("x"))
        .toList();
  }

  private static Query query(Row row, String document) {
    Builtin reference =
        Builtin.of(
            "query_reference_value",
            "string -> any",
            (_, arguments) ->
                Optional.ofNullable(row.references().get(arguments[0])).orElse(NullValue.NULL));
    var setup = Engine.SETUP.withFunctions(List.of(reference));
    return Policies.compile(List.of(module(row.policy())), setup)
        .then(policy -> policy.query(document + " = x"))
        .orThrow();
  }

  private static Module module(String file) {
    try {
      String text = Files.readString(FOLDER.resolve(file));
      Syntax syntax = file.endsWith("_v0.rego") ? Syntax.V0 : Syntax.V1;
      return PolicyParser.module(file, text, syntax).orThrow();
    } catch (IOException e) {
      throw new AssertionError("cannot read " + file, e);
    }
  }
}
