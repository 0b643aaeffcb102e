package dev.theca.node.install.toml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TomlEditTest {
  private static final List<String> RUNC = List.of("plugins", "io.x", "runtimes", "runc");

  private static TomlFile file(String text) {
    return TomlFile.parse(text).orThrow();
  }

  @Test
  void floats_dates_and_arrays_of_tables_pass_as_they_are_written() {
    var file =
        file(
            """
            ratio = 0.02 # a float
            when = 1979-05-27 07:32:00Z
            [a."b.c"]
              list = [1, "x", [2.5],] # nested
              'lit' = { k = "v", n.m = 1 }
            [[a.many]]
              name = "one"
            [[a.many]]
              name = 'two'
              [a.many.sub]
                deep = \"""
            text \\\""" end\"""
            """);
    assertThat(file.values())
        .containsEntry(List.of("ratio"), "0.02")
        .containsEntry(List.of("when"), "1979-05-27 07:32:00Z")
        .containsEntry(List.of("a", "b.c", "list"), "[1, \"x\", [2.5],]")
        .containsEntry(List.of("a", "b.c", "lit"), "{ k = \"v\", n.m = 1 }")
        .containsEntry(List.of("a", "many", "[0]", "name"), "\"one\"")
        .containsEntry(List.of("a", "many", "[1]", "name"), "'two'")
        .containsEntry(
            List.of("a", "many", "[1]", "sub", "deep"), "\"\"\"\ntext \\\"\"\" end\"\"\"");
    assertThat(file.string(List.of("a", "many", "[1]", "name"))).contains("two");
  }

  @Test
  void a_value_is_replaced_and_every_other_byte_stays() {
    String text = "# mine\r\n[a]\r\n\tb  =  'old'   # why\r\n\r\n[c]\r\nd=1";
    var edited = TomlEdit.set(file(text), List.of("a", "b"), "\"new\"").orThrow();
    assertThat(edited.text()).isEqualTo(text.replace("'old'", "\"new\""));
    var back = TomlEdit.set(edited, List.of("a", "b"), "'old'").orThrow();
    assertThat(back.text()).isEqualTo(text);
  }

  @Test
  void a_new_key_stands_in_its_table_and_can_be_taken_out_again() {
    String text = "v = 2\n\n[a]\n  [a.b]\n    x = 1\n# end\n";
    var one = TomlEdit.set(file(text), List.of("a", "b", "y"), "true").orThrow();
    assertThat(one.text())
        .isEqualTo(
            "v = 2\n\n[a]\n  [a.b]\n    y = true\n    x = 1\n# end\n".replace("    y", "    y"));
    assertThat(TomlEdit.unset(one, List.of("a", "b", "y")).orThrow().text()).isEqualTo(text);
    var top = TomlEdit.add(file(text), List.of("imports"), "\"p\"").orThrow();
    assertThat(top.text()).startsWith("v = 2\nimports = [\"p\"]\n\n[a]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "i = []",
        "i = [ ]",
        "i = ['a']",
        "i = [ 'a', ]",
        "i = [\n  'a', # first\n  'b'\n]",
        "i = [\n  'a',\n  'b', # last\n]\n[t]\n"
      })
  void an_element_comes_into_an_array_and_leaves_no_trace(String text) {
    var with = TomlEdit.add(file(text), List.of("i"), "\"z\"").orThrow();
    var items = file(text).strings(List.of("i")).orElseThrow();
    var more = new java.util.ArrayList<>(items);
    more.add("z");
    assertThat(with.strings(List.of("i"))).contains(more);
    assertThat(TomlEdit.drop(with, List.of("i"), "\"z\"").orThrow().text()).isEqualTo(text);
  }

  @Test
  void tables_are_taken_out_with_all_below_them_and_comments_stay() {
    String text =
        """
        [plugins."io.x".runtimes.runc]
          type = "a"
        # about the next
        [plugins."io.x".runtimes.other]
          type = "b"
          [plugins."io.x".runtimes.runc.options]
            root = "r"
        """;
    assertThat(TomlEdit.without(file(text), List.of(RUNC)).orThrow().text())
        .isEqualTo("# about the next\n[plugins.\"io.x\".runtimes.other]\n  type = \"b\"\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[plugins.\"io.x\"]\nruntimes = { runc = {} }",
        "[plugins.\"io.x\"]\nruntimes.runc.type = 'x'",
        "[plugins.\"io.x\".runtimes.runc]"
      })
  void a_table_that_is_there_in_any_form_is_not_written_again(String text) {
    var appended = TomlEdit.append(file(text), List.of(RUNC), "[x]\n");
    assertThat(appended.isGranted()).as(text).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a =",
        "a = 1 b = 2",
        "a = 1\na = 2",
        "[a]\n[a]",
        "a = \"x",
        "a = 'x\ny'",
        "a = '''x",
        "a = [1",
        "a = {b = 1",
        "a = {b = 1,\n c = 2}",
        "= 1",
        "[a",
        "[[a]",
        "a = 1\r",
        "a = ?",
        "\"\\u0061\" = 1",
        "'''a''' = 1"
      })
  void what_is_not_toml_or_sets_a_key_twice_is_refused(String text) {
    assertThat(TomlFile.parse(text).isGranted()).as(text).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a=", "[{a="})
  void deep_nesting_is_refused(String open) {
    assertThat(TomlFile.parse("a = " + open.repeat(5000)).isGranted()).isFalse();
  }

  @Test
  void more_than_a_mebibyte_is_refused() {
    assertThat(TomlFile.parse("#".repeat((1 << 20) + 1)).isGranted()).isFalse();
    assertThat(TomlFile.parse("#".repeat(1 << 20)).isGranted()).isTrue();
  }
}
