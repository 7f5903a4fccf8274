using FractureDashboard.Evaluations;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Explanation;
using Microsoft.AspNetCore.WebUtilities;

namespace FractureDashboard.Tests.Evaluations;

/// <summary>What of an evaluation is shown travels in the address.</summary>
public sealed class EvaluationQueryTests
{
    [Fact]
    public void The_default_leaves_the_address_alone() => Assert.Equal("", new EvaluationQuery().ToQueryString());

    [Fact]
    public void What_is_written_is_read_again()
    {
        foreach (var view in Enum.GetValues<EvaluationView>())
        {
            foreach (var order in Enum.GetValues<ErrorOrder>())
            {
                foreach (var seen in Enum.GetValues<SeenChoice>())
                {
                    foreach (var split in new Split?[] { null, Split.Train, Split.Validation, Split.Test })
                    {
                        var query = new EvaluationQuery(view, split, split is null, seen, order, 3, "left & \"wrist\"", order == ErrorOrder.Misclassified ? null : ExplanationMethod.GradCamPlusPlus);
                        Assert.Equal(query, Read(query.ToQueryString()));
                    }
                }
            }
        }
    }

    [Fact]
    public void What_is_unknown_is_left_out()
    {
        var query = EvaluationQuery.Parse("everything", "holdout", "some", "best", -3, new string('x', 900), "magic");

        Assert.Equal(new EvaluationQuery(Path: new string('x', EvaluationQuery.MostPathCharacters)), query);
    }

    [Fact]
    public void Every_method_has_a_name_of_its_own_in_addresses()
    {
        Assert.All(ExplanationMethods.All, m => Assert.Equal(m, EvaluationQuery.ParseMethod(EvaluationQuery.Token(m))));
        Assert.Null(EvaluationQuery.ParseMethod("magic"));
    }

    private static EvaluationQuery Read(string text)
    {
        var values = QueryHelpers.ParseQuery(text);
        return EvaluationQuery.Parse(Of("view"), Of("split"), Of("seen"), Of("order"), int.TryParse(Of("page"), out var page) ? page : null, Of("path"), Of("heat"));

        string? Of(string name) => values.TryGetValue(name, out var value) ? value.ToString() : null;
    }
}
