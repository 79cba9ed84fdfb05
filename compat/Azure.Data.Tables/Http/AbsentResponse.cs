namespace Azure.Data.Tables.Http;

/// <summary>The answer where there is no such entity.</summary>
internal sealed class AbsentResponse<T>(Response response) : NullableResponse<T>
{
    public override bool HasValue => false;

    public override T Value => throw new InvalidOperationException("There is no such entity; look at HasValue first.");

    public override Response GetRawResponse() => response;
}
