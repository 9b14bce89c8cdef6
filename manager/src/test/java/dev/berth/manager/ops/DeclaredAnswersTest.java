package dev.berth.manager.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeclaredAnswersTest {
  private static final String DOCUMENT =
      """
      {'paths':{'/things/{id}':{'get':{'responses':{
        '200':{'content':{'application/json':{'schema':{'$ref':'#/components/schemas/Thing'}}}},
        '204':{'description':'Done.'},
        'default':{'content':{'application/json':{'schema':{
          'type':'object','properties':{'message':{'type':'string'}},'required':['message']}}}}}}}},
       'components':{'schemas':{'Thing':{'type':'object','required':['name'],'properties':{
         'name':{'type':'string'},
         'made':{'type':'string','format':'date-time'},
         'score':{'type':['integer','null']},
         'share':{'type':'number'},
         'parts':{'type':'array','items':{'$ref':'#/components/schemas/Part'}},
         'labels':{'type':'object','additionalProperties':{'type':'string'}}}},
        'Part':{'type':'object','required':['is'],'properties':{'is':{'type':'boolean'}}}}}}
      """;

  private final DeclaredAnswers declared;

  DeclaredAnswersTest() throws IOException {
    declared = new DeclaredAnswers(new JsonMapper().readTree(json(DOCUMENT)));
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void an_answer_that_is_as_declared_has_no_differences() {
    String whole =
        "{'name':'a','made':'2026-01-31T12:00:00Z','score':null,'share':0.5,"
            + "'parts':[{'is':true}],'labels':{'any':'one'}}";
    assertThat(declared.differences("GET", "/things/1?a=b", 200, json(whole))).isEmpty();
    assertThat(declared.differences("GET", "/things/1", 204, "")).isEmpty();
    assertThat(declared.differences("GET", "/things/1", 404, json("{'message':'none'}"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "200|{}|the answer has no name",
        "200|{'name':1}|the answer/name is not as",
        "200|{'name':null}|the answer/name is not as",
        "200|{'name':'a','colour':'red'}|the answer/colour is not declared",
        "200|{'name':'a','made':'soon'}|the answer/made is not as",
        "200|{'name':'a','score':1.5}|the answer/score is not as",
        "200|{'name':'a','share':'1'}|the answer/share is not as",
        "200|{'name':'a','parts':{}}|the answer/parts is not as",
        "200|{'name':'a','parts':[{'is':true},{}]}|the answer/parts/1 has no is",
        "200|{'name':'a','labels':{'b':1}}|the answer/labels/b is not as",
        "200|[]|the answer is not as",
        "200|name|it is not JSON",
        "201|{'name':'a'}|the status 201 is not declared",
        "204|{'name':'a'}|a body is not declared",
        "404|{'name':'a'}|the answer has no message",
      })
  void a_difference_is_told_with_its_place(int status, String text, String difference) {
    assertThat(declared.differences("GET", "/things/1", status, json(text)))
        .first()
        .asString()
        .startsWith(difference);
  }
}
