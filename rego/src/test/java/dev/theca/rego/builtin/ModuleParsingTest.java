package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModuleParsingTest {
  private static ObjectValue module(String text) throws Exception {
    return (ObjectValue)
        Objects.requireNonNull(
            Called.call("rego.parse_module", Value.of("p.rego"), Value.of(text)));
  }

  private static ObjectValue rule(String rule) throws Exception {
    var rules = (ArrayValue) Objects.requireNonNull(module("package p\n" + rule).get("rules"));
    return (ObjectValue) rules.item(0);
  }

  private static String shown(Value value) {
    return JsonText.of(value).replace("\"", "'");
  }

  @Test
  void a_module_has_its_package_imports_and_comments() throws Exception {
    assertThat(shown(module("package a.b # note\nimport rego.v1\nimport data.c.d as e")))
        .isEqualTo(
            "{'comments':[{'Location':{'col':13,'file':'p.rego','row':1},'Text':'IG5vdGU='}],"
                + "'imports':[{'path':{'type':'ref','value':[{'type':'var','value':'rego'},"
                + "{'type':'string','value':'v1'}]}},{'alias':'e','path':{'type':'ref','value':["
                + "{'type':'var','value':'data'},{'type':'string','value':'c'},"
                + "{'type':'string','value':'d'}]}}],'package':{'path':["
                + "{'type':'var','value':'data'},{'type':'string','value':'a'},"
                + "{'type':'string','value':'b'}]}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          p := 1 | {'assign':true,'name':'p','ref':[{'type':'var','value':'p'}],'value':{'type':'number','value':1}}
          p if input.x | {'name':'p','ref':[{'type':'var','value':'p'}],'value':{'type':'boolean','value':true}}
          p contains 1 | {'key':{'type':'number','value':1},'name':'p','ref':[{'type':'var','value':'p'}]}
          a.b contains 1 | {'key':{'type':'number','value':1},'ref':[{'type':'var','value':'a'},{'type':'string','value':'b'}]}
          p[x] := 1 if x := 2 | {'assign':true,'key':{'type':'var','value':'x'},'name':'p','ref':[{'type':'var','value':'p'},{'type':'var','value':'x'}],'value':{'type':'number','value':1}}
          p[x] if x := 2 | {'key':{'type':'var','value':'x'},'ref':[{'type':'var','value':'p'},{'type':'var','value':'x'}],'value':{'type':'boolean','value':true}}
          a.b := 1 | {'assign':true,'ref':[{'type':'var','value':'a'},{'type':'string','value':'b'}],'value':{'type':'number','value':1}}
          a.b = 1 | {'key':{'type':'string','value':'b'},'name':'a','ref':[{'type':'var','value':'a'},{'type':'string','value':'b'}],'value':{'type':'number','value':1}}
          f(x, _) := x | {'args':[{'type':'var','value':'x'},{'type':'var','value':'$0'}],'assign':true,'name':'f','ref':[{'type':'var','value':'f'}],'value':{'type':'var','value':'x'}}
          """)
  void a_head_has_its_parts(String rule, String expected) throws Exception {
    assertThat(shown(Objects.requireNonNull(rule(rule).get("head")))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          input.x | [{'index':0,'terms':{'type':'ref','value':[{'type':'var','value':'input'},{'type':'string','value':'x'}]}}]
          input | [{'index':0,'terms':{'type':'ref','value':[{'type':'var','value':'input'}]}}]
          not f(1) | [{'index':0,'negated':true,'terms':[{'type':'ref','value':[{'type':'var','value':'f'}]},{'type':'number','value':1}]}]
          x := -1.50 + 2 | [{'index':0,'terms':[{'type':'ref','value':[{'type':'var','value':'assign'}]},{'type':'var','value':'x'},{'type':'call','value':[{'type':'ref','value':[{'type':'var','value':'plus'}]},{'type':'number','value':-1.50},{'type':'number','value':2}]}]}]
          1 in {2} | [{'index':0,'terms':[{'type':'ref','value':[{'type':'var','value':'internal'},{'type':'string','value':'member_2'}]},{'type':'number','value':1},{'type':'set','value':[{'type':'number','value':2}]}]}]
          some x, y | [{'index':0,'terms':{'symbols':[{'type':'var','value':'x'},{'type':'var','value':'y'}]}}]
          some _, v in [] | [{'index':0,'terms':{'symbols':[{'type':'call','value':[{'type':'ref','value':[{'type':'var','value':'internal'},{'type':'string','value':'member_3'}]},{'type':'var','value':'$0'},{'type':'var','value':'v'},{'type':'array','value':[]}]}]}}]
          every x in y { x } | [{'index':0,'terms':{'body':[{'index':0,'terms':{'type':'var','value':'x'}}],'domain':{'type':'var','value':'y'},'key':null,'value':{'type':'var','value':'x'}}}]
          x with input as null | [{'index':0,'terms':{'type':'var','value':'x'},'with':[{'target':{'type':'ref','value':[{'type':'var','value':'input'}]},'value':{'type':'null','value':null}}]}]
          {"a": 1} | [{'index':0,'terms':{'type':'object','value':[[{'type':'string','value':'a'},{'type':'number','value':1}]]}}]
          {x: y ¦ y} | [{'index':0,'terms':{'type':'objectcomprehension','value':{'body':[{'index':0,'terms':{'type':'var','value':'y'}}],'key':{'type':'var','value':'x'},'value':{'type':'var','value':'y'}}}}]
          [x ¦ y] | [{'index':0,'terms':{'type':'arraycomprehension','value':{'body':[{'index':0,'terms':{'type':'var','value':'y'}}],'term':{'type':'var','value':'x'}}}}]
          """)
  void a_body_has_its_conditions(String body, String expected) throws Exception {
    var rule = rule("p if " + body.replace('¦', '|'));
    assertThat(shown(Objects.requireNonNull(rule.get("body")))).isEqualTo(expected);
  }

  @Test
  void a_default_and_an_alternative_are_rules_too() throws Exception {
    assertThat(shown(rule("default p := 1")))
        .isEqualTo(
            "{'body':[{'index':0,'terms':{'type':'boolean','value':true}}],'default':true,"
                + "'head':{'assign':true,'name':'p','ref':[{'type':'var','value':'p'}],"
                + "'value':{'type':'number','value':1}}}");
    assertThat(
            shown(Objects.requireNonNull(rule("p := 1 if x else = 2 if y else := 3").get("else"))))
        .isEqualTo(
            "{'body':[{'index':0,'terms':{'type':'var','value':'y'}}],'else':{'body':[{'index':0,"
                + "'terms':{'type':'boolean','value':true}}],'head':{'assign':true,'name':'p',"
                + "'ref':[{'type':'var','value':'p'}],'value':{'type':'number','value':3}}},'head':"
                + "{'name':'p','ref':[{'type':'var','value':'p'}],'value':"
                + "{'type':'number','value':2}}}");
  }

  @Test
  void a_text_that_is_no_policy_is_a_fault() {
    assertThat(Called.shown("rego.parse_module", Value.of("p.rego"), Value.of("package p.")))
        .startsWith("fault: 1 error occurred: p.rego:1:")
        .contains("rego_parse_error: ");
  }
}
