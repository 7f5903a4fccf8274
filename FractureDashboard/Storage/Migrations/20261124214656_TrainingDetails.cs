using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FractureDashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class TrainingDetails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "BackwardSeconds",
                table: "RunSteps",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<double>(
                name: "DataSeconds",
                table: "RunSteps",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<double>(
                name: "ForwardSeconds",
                table: "RunSteps",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<double>(
                name: "GradientNorm",
                table: "RunSteps",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<double>(
                name: "LearningRate",
                table: "RunSteps",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<double>(
                name: "OptimizerSeconds",
                table: "RunSteps",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<long>(
                name: "ProcessBytes",
                table: "RunSteps",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<double>(
                name: "BestValidationAuc",
                table: "Runs",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "SuggestedLearningRate",
                table: "Runs",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsBest",
                table: "RunEpochs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<double>(
                name: "ValidationAuc",
                table: "RunEpochs",
                type: "REAL",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "RunHistograms",
                columns: table => new
                {
                    RunId = table.Column<int>(type: "INTEGER", nullable: false),
                    Epoch = table.Column<int>(type: "INTEGER", nullable: false),
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunHistograms", x => new { x.RunId, x.Epoch });
                    table.ForeignKey(
                        name: "FK_RunHistograms_Runs_RunId",
                        column: x => x.RunId,
                        principalTable: "Runs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            // Until now the lowest validation loss decided, and the run knew its epoch.
            migrationBuilder.Sql("UPDATE \"RunEpochs\" SET \"IsBest\" = TRUE WHERE EXISTS (SELECT 1 FROM \"Runs\" WHERE \"Runs\".\"Id\" = \"RunEpochs\".\"RunId\" AND \"Runs\".\"BestEpoch\" = \"RunEpochs\".\"Epoch\");");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "RunHistograms");

            migrationBuilder.DropColumn(
                name: "BackwardSeconds",
                table: "RunSteps");

            migrationBuilder.DropColumn(
                name: "DataSeconds",
                table: "RunSteps");

            migrationBuilder.DropColumn(
                name: "ForwardSeconds",
                table: "RunSteps");

            migrationBuilder.DropColumn(
                name: "GradientNorm",
                table: "RunSteps");

            migrationBuilder.DropColumn(
                name: "LearningRate",
                table: "RunSteps");

            migrationBuilder.DropColumn(
                name: "OptimizerSeconds",
                table: "RunSteps");

            migrationBuilder.DropColumn(
                name: "ProcessBytes",
                table: "RunSteps");

            migrationBuilder.DropColumn(
                name: "BestValidationAuc",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "SuggestedLearningRate",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "IsBest",
                table: "RunEpochs");

            migrationBuilder.DropColumn(
                name: "ValidationAuc",
                table: "RunEpochs");
        }
    }
}
