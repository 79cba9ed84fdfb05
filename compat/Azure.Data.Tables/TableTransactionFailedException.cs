using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>A transaction was refused as a whole: nothing of it was written.</summary>
public class TableTransactionFailedException : RequestFailedException
{
    internal TableTransactionFailedException(Response response, RequestFailedDetailsParser parser, int? failedTransactionActionIndex)
        : base(response, null, parser) => FailedTransactionActionIndex = failedTransactionActionIndex;

    /// <summary>The zero-based index of the action that failed, null where the service does not say.</summary>
    public int? FailedTransactionActionIndex { get; }
}
